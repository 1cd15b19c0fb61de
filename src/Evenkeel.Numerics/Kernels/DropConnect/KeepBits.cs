using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.DropConnect;

/// <summary>Random bits that are 1 with a given probability, 32 to a word: the masks of dropped weights.</summary>
/// <remarks>
/// The probability is a binary fraction <c>m / 2^d</c> of at most 16 digits. From its last digit to its first, a 1 joins the bits so far with a new random word by OR, a 0 by AND: every join halves
/// the probability and adds the digit's half, so d random words make 32 bits, and one is enough for 1/2. Words 4k to 4k + 3 take blocks <c>k d</c> to <c>k d + d - 1</c> of row <c>attempt</c> of the stream.
/// </remarks>
public readonly unsafe struct KeepBits
{
    private const int MostDigits = 16;
    private const int BlockWords = 4;
    private readonly uint _numerator;

    /// <summary>Chooses the probability that is nearest to <c>1 - rate</c>, in steps of 2^-16 and neither 0 nor 1.</summary>
    /// <param name="rate">The probability of a 0, in (0, 1).</param>
    public KeepBits(float rate)
    {
        _numerator = (uint)Math.Clamp(Math.Round((1 - (double)rate) * (1 << MostDigits)), 1, (1 << MostDigits) - 1);
        Digits = MostDigits;
        for (; (_numerator & 1) == 0; Digits--) _numerator >>= 1;
    }

    /// <summary>Random words per word of bits.</summary>
    public int Digits { get; }

    /// <summary>The probability of a 1, exactly.</summary>
    public double Probability => Math.ScaleB(_numerator, -Digits);

    /// <summary>The words that hold so many rows of bits, each row from a word of its own on: a multiple of 4.</summary>
    public static int Words(int rows, int columns) => checked((rows * RowWords(columns) + BlockWords - 1) / BlockWords * BlockWords);

    /// <summary>The words of a row of bits.</summary>
    public static int RowWords(int columns) => (columns + 31) / 32;

    /// <summary>Fills words number <paramref name="first"/> on of an attempt.</summary>
    /// <param name="bits">Receives them.</param>
    /// <param name="first">A multiple of 4.</param>
    /// <param name="count">A multiple of 4.</param>
    /// <param name="attempt">The row of the stream.</param>
    /// <param name="key">The stream's key.</param>
    public void Fill(uint* bits, ulong first, int count, ulong attempt, ulong key)
    {
        // So many blocks at once that the generator has work for all its lanes.
        const int Chunk = 8;
        var words = stackalloc uint[Chunk * MostDigits * BlockWords];
        var block = first / BlockWords;
        for (var blocks = count / BlockWords; blocks > 0; blocks -= Chunk)
        {
            var take = Math.Min(blocks, Chunk);
            PhiloxMask.Words(words, block * (ulong)Digits, take * Digits, attempt, key);
            for (var i = 0; i < take; i++, bits += BlockWords) Join(bits, words + (i * Digits * BlockWords));
            block += (ulong)take;
        }
    }

    private void Join(uint* bits, uint* words)
    {
        uint b0 = 0, b1 = 0, b2 = 0, b3 = 0;
        for (var digit = 0; digit < Digits; digit++, words += BlockWords)
        {
            if (((_numerator >> digit) & 1) != 0) (b0, b1, b2, b3) = (b0 | words[0], b1 | words[1], b2 | words[2], b3 | words[3]);
            else (b0, b1, b2, b3) = (b0 & words[0], b1 & words[1], b2 & words[2], b3 & words[3]);
        }

        (bits[0], bits[1], bits[2], bits[3]) = (b0, b1, b2, b3);
    }
}
