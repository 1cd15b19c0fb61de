using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Elementwise;
using Evenkeel.Numerics.Packs;
using Evenkeel.Numerics.Randomness;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.Elementwise;

public sealed unsafe class MomentNoiseSweepTests
{
    private const float MeanSpread = 0.3f, DeviationSpread = 0.2f;

    private static readonly RandomStream Factors = new(42, "factors"), Shifts = new(42, "shifts");

    /// <summary>The polynomials of the quantile, relative to its value, and a few roundings.</summary>
    private static readonly Tolerance Noise = new(0, 4e-6, "a quantile to 2e-6, then a product and a sum");

    [Theory]
    [ClassData(typeof(Widths))]
    public void Every_value_is_scaled_and_moved_by_its_own_numbers_whatever_the_pieces(int bits)
    {
        foreach (var (rows, columns) in new[] { (1, 1), (3, 5), (7, 17), (2, 64), (5, 131), (3, 517) })
        {
            const ulong Attempt = 0x1_0000_0007;
            var random = new SeededRandom(1);
            float[] x = random.Floats(rows * columns), means = random.Floats(columns), deviations = random.Floats(columns, 1.2, 0.1);
            double[] expected = new double[x.Length], factors = new double[x.Length];
            for (var i = 0; i < x.Length; i++)
            {
                factors[i] = deviations[i % columns] + (DeviationSpread * Quantile(Symmetric(Factors, i, Attempt)));
                expected[i] = (factors[i] * x[i]) + means[i % columns] + (MeanSpread * Symmetric(Shifts, i, Attempt));
            }

            var (whole, drawn) = Apply(bits, x, means, deviations, Attempt, [new(0, rows, 0, columns)]);
            Expect.Close(factors, drawn, Noise, $"factors of [{rows}, {columns}]");
            Expect.Close(expected, whole, Noise, $"[{rows}, {columns}]");
            var (half, third) = (rows / 2, columns / 3);
            var (pieces, again) = Apply(bits, x, means, deviations, Attempt, [new(half, rows, third, columns), new(0, rows, 0, third), new(0, half, third, columns)]);
            Expect.SameBits<float>(whole, pieces);
            Expect.SameBits<float>(drawn, again);
        }
    }

    [Fact]
    public void Factors_are_normal_shifts_uniform_and_attempts_differ()
    {
        const int Count = 200_000;
        float[] zeros = new float[Count], ones = [.. Enumerable.Repeat(1f, Count)];
        var (shifts, factors) = Apply(PackWidths.Widest, zeros, zeros, ones, 1, [new(0, 1, 0, Count)]);
        var (_, second) = Apply(PackWidths.Widest, zeros, zeros, ones, 2, [new(0, 1, 0, Count)]);
        double[] normal = [.. factors.Select(static s => (s - 1.0) / DeviationSpread)];

        // Five standard deviations of each estimate.
        Assert.Equal(0, normal.Average(), 5 / Math.Sqrt(Count));
        Assert.Equal(1, normal.Average(static z => z * z), 5 * Math.Sqrt(2.0 / Count));
        Assert.Equal(3, normal.Average(static z => z * z * z * z), 5 * Math.Sqrt(96.0 / Count));
        Assert.Equal(0, shifts.Average(), 5 * MeanSpread / Math.Sqrt(3.0 * Count));
        Assert.InRange(shifts.Max(MathF.Abs), 0.999f * MeanSpread, MeanSpread);
        Assert.Equal(0, normal.Zip(second, static (z, other) => z * (other - 1) / DeviationSpread).Average(), 5 / Math.Sqrt(Count));
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Quantiles_turn_back_into_probabilities(int bits)
    {
        float[] u = [-0.9999999f, -0.99999f, -0.997f, -0.9f, -0.5f, -1e-3f, -1e-7f, 0, 1e-7f, 0.3f, 0.75f, 0.99f, 0.9999f, 0.9999999f, 0.9966f, 0.9967f];
        fixed (float* values = u)
        {
            var arguments = new QuantileArguments { Values = values };
            Run.Kernel<Quantiles, QuantileArguments>(bits, ref arguments);
        }

        float[] given = [-0.9999999f, -0.99999f, -0.997f, -0.9f, -0.5f, -1e-3f, -1e-7f, 0, 1e-7f, 0.3f, 0.75f, 0.99f, 0.9999f, 0.9999999f, 0.9966f, 0.9967f];
        for (var i = 0; i < u.Length; i++) Assert.Equal(Quantile(given[i]), u[i], (4e-6 * Math.Abs(u[i])) + 1e-12);
    }

    private static double Symmetric(RandomStream stream, int index, ulong row) => (((2.0 * (stream.Word((ulong)index, row) >> 9)) + 1) / (1 << 23)) - 1;

    /// <summary>The z with <c>2 Phi(z) - 1 = u</c>, by bisection on the lower tail.</summary>
    private static double Quantile(double u)
    {
        var (low, high, tail) = (0.0, 10.0, (1 - Math.Abs(u)) / 2);
        for (var i = 0; i < 200; i++)
        {
            var middle = (low + high) / 2;
            if (Book.NormalDistribution.Cumulative(-middle) > tail) low = middle;
            else high = middle;
        }

        return Math.Sign(u) * low;
    }

    private static (float[] Output, float[] Factors) Apply(int bits, float[] x, float[] means, float[] deviations, ulong attempt, Window[] pieces)
    {
        using var input = GuardedBuffer.EndingAtGuard(x);
        using var mean = GuardedBuffer.EndingAtGuard(means);
        using var deviation = GuardedBuffer.EndingAtGuard(deviations);
        using var output = new GuardedBuffer<float>(x.Length);
        using var factors = new GuardedBuffer<float>(x.Length);
        foreach (var piece in pieces)
        {
            var arguments = new MomentNoiseSweepArguments
            {
                Input = input.Pointer,
                Output = output.Pointer,
                Factor = factors.Pointer,
                Stride = means.Length,
                Window = piece,
                Means = mean.Pointer,
                Deviations = deviation.Pointer,
                MeanSpread = MeanSpread,
                DeviationSpread = DeviationSpread,
                FactorKey = Factors.Key,
                ShiftKey = Shifts.Key,
                Attempt = attempt,
            };
            Run.Kernel<MomentNoiseSweep, MomentNoiseSweepArguments>(bits, ref arguments);
        }

        return (output.Span.ToArray(), factors.Span.ToArray());
    }

    private struct QuantileArguments
    {
        public float* Values;
    }

    private readonly struct Quantiles : IKernel<QuantileArguments>
    {
        public static void Run<P>(ref QuantileArguments arguments)
            where P : struct, IPack<P>
        {
            for (var i = 0; i < 16; i += P.Width) P.Store(arguments.Values + i, NormalQuantile.OfSymmetric(P.Load(arguments.Values + i)));
        }
    }
}
