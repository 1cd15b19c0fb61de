namespace Evenkeel.Data.Readers.Images;

/// <summary>Decodes one scan of a JPEG file into coefficients: sequential (ITU-T T.81, annex F) or progressive (annex G).</summary>
internal sealed class JpegScan(string path, JpegFrame frame, JpegComponent[] components, int first, int last, int high, int low)
{
    private const int BlockSide = 8;
    private const int LongestDirect = 15;

    /// <summary>Places of coefficients in a block, in the order of the file.</summary>
    public static ReadOnlySpan<byte> ZigZag =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    private int _endOfBands;

    /// <summary>Decodes the scan.</summary>
    /// <param name="bits">Stands at its first byte; afterwards at a marker behind it.</param>
    /// <param name="restartInterval">Units between restart markers; 0 for none.</param>
    public void Run(ref JpegBits bits, int restartInterval)
    {
        var only = components.Length == 1 ? components[0] : null;
        var unitsX = only is null ? frame.UnitsX : (only.Width + BlockSide - 1) / BlockSide;
        var unitsY = only is null ? frame.UnitsY : (only.Height + BlockSide - 1) / BlockSide;
        Restart();
        var left = restartInterval;
        for (var unit = 0; unit < unitsX * unitsY; unit++)
        {
            if (restartInterval > 0 && left-- == 0)
            {
                if (!bits.Restart()) throw Damaged("a restart marker is missing");
                Restart();
                left = restartInterval - 1;
            }

            var (y, x) = Math.DivRem(unit, unitsX);
            if (only is not null) Block(ref bits, only, only.Block(x, y));
            else
            {
                foreach (var component in components)
                {
                    for (var v = 0; v < component.Vertical; v++)
                    {
                        for (var h = 0; h < component.Horizontal; h++) Block(ref bits, component, component.Block((x * component.Horizontal) + h, (y * component.Vertical) + v));
                    }
                }
            }

            if (bits.IsBeyondEnd) throw Damaged("a scan ends early");
        }
    }

    private void Restart()
    {
        foreach (var component in components) component.Prediction = 0;
        _endOfBands = 0;
    }

    private void Block(ref JpegBits bits, JpegComponent component, Span<short> block)
    {
        if (!frame.IsProgressive)
        {
            block[0] = (short)Direct(ref bits, component);
            Bands(ref bits, component, block, 1, 63, 0);
        }
        else if (first == 0)
        {
            if (high == 0) block[0] = (short)(Direct(ref bits, component) << low);
            else block[0] |= (short)(bits.Take(1) << low);
        }
        else if (high == 0)
        {
            if (_endOfBands > 0) _endOfBands--;
            else Bands(ref bits, component, block, first, last, low);
        }
        else
        {
            Refine(ref bits, component, block);
        }
    }

    private int Direct(ref JpegBits bits, JpegComponent component)
    {
        var length = component.DirectTable!.Read(ref bits);
        if ((uint)length > LongestDirect) throw Damaged("a code is in no table");
        return component.Prediction += bits.TakeSigned(length);
    }

    private void Bands(ref JpegBits bits, JpegComponent component, Span<short> block, int from, int to, int shift)
    {
        for (var k = from; k <= to; k++)
        {
            var (zeros, length) = Code(ref bits, component);
            if (length == 0 && zeros < 15)
            {
                _endOfBands = frame.IsProgressive ? (1 << zeros) - 1 + bits.Take(zeros) : 0;
                return;
            }

            k += zeros;
            if (length == 0) continue;
            if (k > to) throw Damaged("a block has too many coefficients");
            block[ZigZag[k]] = (short)(bits.TakeSigned(length) << shift);
        }
    }

    private void Refine(ref JpegBits bits, JpegComponent component, Span<short> block)
    {
        var k = first;
        for (; _endOfBands == 0 && k <= last; k++)
        {
            var (zeros, length) = Code(ref bits, component);
            if (length == 0 && zeros < 15)
            {
                _endOfBands = (1 << zeros) + bits.Take(zeros);
                break;
            }

            var fresh = length == 0 ? 0 : bits.Take(1) == 1 ? 1 << low : -(1 << low);
            for (; k <= last; k++)
            {
                ref var coefficient = ref block[ZigZag[k]];
                if (coefficient != 0) Correct(ref bits, ref coefficient);
                else if (zeros-- == 0) break;
            }

            if (fresh == 0) continue;
            if (k > last) throw Damaged("a block has too many coefficients");
            block[ZigZag[k]] = (short)fresh;
        }

        if (_endOfBands == 0) return;
        for (; k <= last; k++)
        {
            ref var coefficient = ref block[ZigZag[k]];
            if (coefficient != 0) Correct(ref bits, ref coefficient);
        }

        _endOfBands--;
    }

    private void Correct(ref JpegBits bits, ref short coefficient)
    {
        if (bits.Take(1) == 0 || (coefficient & (1 << low)) != 0) return;
        coefficient += (short)(coefficient > 0 ? 1 << low : -(1 << low));
    }

    private (int Zeros, int Length) Code(ref JpegBits bits, JpegComponent component)
    {
        var code = component.AlternatingTable!.Read(ref bits);
        return code >= 0 ? (code >> 4, code & 15) : throw Damaged("a code is in no table");
    }

    private DataFileException Damaged(string problem) => FileErrors.BadImage(path, JpegReader.Kind, problem);
}
