namespace Evenkeel.Data.Readers.Images;

/// <summary>A Huffman table of a JPEG file (ITU-T T.81, annex C): short codes are looked up, long ones compared with the largest of their length.</summary>
internal sealed class JpegHuffman
{
    public const int LongestCode = 16;

    private const int Looked = 9;

    private readonly byte[] _symbols;

    // Length and symbol by the next nine bits; 0 where the code is longer.
    private readonly ushort[] _short = new ushort[1 << Looked];

    // By length: the largest code, and what to add to a code for its symbol's place.
    private readonly int[] _largest = new int[LongestCode + 1];
    private readonly int[] _place = new int[LongestCode + 1];

    private JpegHuffman(byte[] symbols) => _symbols = symbols;

    /// <summary>Builds a table.</summary>
    /// <param name="counts">How many codes have the lengths 1 to 16.</param>
    /// <param name="symbols">By length, then by code.</param>
    /// <returns>Null where there are more codes than their lengths allow.</returns>
    public static JpegHuffman? Of(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        var table = new JpegHuffman(symbols.ToArray());
        int code = 0, at = 0;
        for (var length = 1; length <= LongestCode; length++, code <<= 1)
        {
            table._place[length] = at - code;
            for (var i = 0; i < counts[length - 1]; i++, at++, code++)
            {
                if (code >= 1 << length) return null;
                if (length > Looked) continue;
                table._short.AsSpan(code << (Looked - length), 1 << (Looked - length)).Fill((ushort)((length << 8) | symbols[at]));
            }

            table._largest[length] = counts[length - 1] == 0 ? -1 : code - 1;
        }

        return table;
    }

    /// <summary>The next symbol; -1 where the bits are no code.</summary>
    public int Read(ref JpegBits bits)
    {
        var next = bits.Peek(LongestCode);
        var entry = _short[next >> (LongestCode - Looked)];
        if (entry != 0)
        {
            bits.Skip(entry >> 8);
            return entry & 0xFF;
        }

        for (var length = Looked + 1; length <= LongestCode; length++)
        {
            var code = next >> (LongestCode - length);
            if (code > _largest[length]) continue;
            bits.Skip(length);
            return _symbols[code + _place[length]];
        }

        return -1;
    }
}
