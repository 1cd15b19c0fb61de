namespace Evenkeel.Data.Readers.Images;

/// <summary>Brings the components of a JPEG image to its full size, with bilinear interpolation between the centres of samples, and to red, green and blue (ITU-T T.871).</summary>
internal static class JpegColors
{
    private const int Colours = 3;

    /// <param name="frame">One or three components.</param>
    /// <param name="samples">Of each component, as <see cref="JpegTransform.Samples"/> gives them.</param>
    /// <param name="isLuma">Whether three components are luma and two differences; else red, green and blue.</param>
    public static DecodedImage Compose(JpegFrame frame, byte[][] samples, bool isLuma)
    {
        var count = frame.Components.Length;
        var pixels = new byte[frame.Height * frame.Width * count];
        var rows = new float[count][];
        for (var c = 0; c < count; c++) rows[c] = new float[frame.Width];
        for (var y = 0; y < frame.Height; y++)
        {
            for (var c = 0; c < count; c++) Row(frame, frame.Components[c], samples[c], y, rows[c]);
            var target = pixels.AsSpan(y * frame.Width * count, frame.Width * count);
            if (count == 1) Grey(rows[0], target);
            else Colour(rows, target, isLuma);
        }

        return new DecodedImage(frame.Height, frame.Width, count == 1 ? 1 : Colours, pixels);
    }

    private static void Row(JpegFrame frame, JpegComponent component, byte[] samples, int y, float[] row)
    {
        var stride = component.BlocksX * 8;
        var (upper, lower, down) = Between(y, component.Vertical, frame.MaxVertical, component.Height);
        var (above, below) = (upper * stride, lower * stride);
        for (var x = 0; x < row.Length; x++)
        {
            var (first, second, right) = Between(x, component.Horizontal, frame.MaxHorizontal, component.Width);
            var high = samples[above + first] + (right * (samples[above + second] - samples[above + first]));
            var low = samples[below + first] + (right * (samples[below + second] - samples[below + first]));
            row[x] = high + (down * (low - high));
        }
    }

    /// <summary>The two samples around the centre of a pixel, and how far it lies behind the first one.</summary>
    private static (int First, int Second, float Share) Between(int pixel, int factor, int most, int length)
    {
        if (factor == most) return (pixel, pixel, 0);
        var place = Math.Clamp(((pixel + 0.5f) * factor / most) - 0.5f, 0, length - 1);
        var first = (int)place;
        return (first, Math.Min(first + 1, length - 1), place - first);
    }

    private static void Grey(float[] row, Span<byte> target)
    {
        for (var x = 0; x < row.Length; x++) target[x] = ToByte(row[x]);
    }

    private static void Colour(float[][] rows, Span<byte> target, bool isLuma)
    {
        for (var x = 0; x < rows[0].Length; x++)
        {
            var (first, second, third) = (rows[0][x], rows[1][x], rows[2][x]);
            if (isLuma)
            {
                var (luma, blue, red) = (first, second - 128, third - 128);
                (first, second, third) = (luma + (1.402f * red), luma - (0.344136f * blue) - (0.714136f * red), luma + (1.772f * blue));
            }

            (target[Colours * x], target[(Colours * x) + 1], target[(Colours * x) + 2]) = (ToByte(first), ToByte(second), ToByte(third));
        }
    }

    private static byte ToByte(float value) => (byte)Math.Clamp(MathF.Round(value), 0, 255);
}
