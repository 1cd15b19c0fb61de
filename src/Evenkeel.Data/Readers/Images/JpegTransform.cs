namespace Evenkeel.Data.Readers.Images;

/// <summary>Coefficients to samples: dequantization and the inverse cosine transform of 8 x 8 blocks (ITU-T T.81, A.3.3), in float.</summary>
internal static class JpegTransform
{
    private const int Side = 8;

    // c(u) cos((2 x + 1) u pi / 16) / 2 for x of 0 to 3; the other half follows from symmetry.
    private static readonly float[] Basis = MakeBasis();

    /// <summary>The samples of a component, <c>[8 BlocksY, 8 BlocksX]</c>.</summary>
    public static byte[] Samples(JpegComponent component, ReadOnlySpan<ushort> quantization)
    {
        var stride = component.BlocksX * Side;
        var samples = new byte[component.BlocksY * Side * stride];
        Span<float> block = stackalloc float[JpegComponent.BlockSize];
        for (var by = 0; by < component.BlocksY; by++)
        {
            for (var bx = 0; bx < component.BlocksX; bx++)
            {
                var coefficients = component.Block(bx, by);
                for (var i = 0; i < block.Length; i++) block[i] = coefficients[i] * quantization[i];
                for (var i = 0; i < Side; i++) Line(block[i..], Side);
                for (var i = 0; i < Side; i++) Line(block[(i * Side)..], 1);
                for (var y = 0; y < Side; y++)
                {
                    var row = samples.AsSpan((((by * Side) + y) * stride) + (bx * Side), Side);
                    for (var x = 0; x < Side; x++) row[x] = (byte)Math.Clamp(MathF.Round(block[(y * Side) + x]) + 128, 0, 255);
                }
            }
        }

        return samples;
    }

    private static void Line(Span<float> values, int step)
    {
        Span<float> line = stackalloc float[Side];
        for (var u = 0; u < Side; u++) line[u] = values[u * step];
        for (var x = 0; x < Side / 2; x++)
        {
            var basis = Basis.AsSpan(x * Side, Side);
            var even = (line[0] * basis[0]) + (line[2] * basis[2]) + (line[4] * basis[4]) + (line[6] * basis[6]);
            var odd = (line[1] * basis[1]) + (line[3] * basis[3]) + (line[5] * basis[5]) + (line[7] * basis[7]);
            values[x * step] = even + odd;
            values[(Side - 1 - x) * step] = even - odd;
        }
    }

    private static float[] MakeBasis()
    {
        var basis = new float[Side / 2 * Side];
        for (var x = 0; x < Side / 2; x++)
        {
            for (var u = 0; u < Side; u++) basis[(x * Side) + u] = (float)((u == 0 ? Math.Sqrt(0.5) : 1) * Math.Cos(((2 * x) + 1) * u * Math.PI / 16) / 2);
        }

        return basis;
    }
}
