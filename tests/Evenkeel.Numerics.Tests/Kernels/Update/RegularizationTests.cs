using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.Update;

public sealed unsafe class RegularizationTests
{
    [Theory]
    [ClassData(typeof(Widths))]
    public void The_l1_penalty_adds_its_subgradient_with_nothing_at_zero(int bits)
    {
        foreach (var count in AwkwardSizes.Values)
        {
            var random = new SeededRandom((ulong)count);
            float[] w = random.Floats(count), g = random.Floats(count);
            for (var i = 0; i < count; i += 3) w[i] = i % 2 == 0 ? 0f : -0f;
            using var weights = GuardedBuffer.EndingAtGuard(w);
            using var gradients = GuardedBuffer.EndingAtGuard(g);
            var arguments = new AbsolutePenaltyArguments { Parameters = weights.Pointer, Gradients = gradients.Pointer, Count = count, Factor = 0.25f };
            Run.Kernel<AbsolutePenalty, AbsolutePenaltyArguments>(bits, ref arguments);
            Expect.CloseEach([.. Book.Regularization.L1Gradient(Expect.Widen(w), 0.25).Zip(g, static (slope, gradient) => slope + gradient)], gradients.Span.ToArray(), Tolerances.FloatArithmetic);
            Expect.SameBits<float>(w, weights.Span);
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Units_that_are_too_long_are_shortened_and_others_keep_their_bits(int bits)
    {
        foreach (var (rows, units) in AwkwardSizes.RowChannelPairs.Where(static pair => pair.Rows < 1000))
        {
            var w = new SeededRandom((ulong)((rows * 100) + units)).Floats(rows * units);
            for (var i = 0; i < w.Length; i++) w[i] *= i % units % 3 == 0 ? 0.01f : 3;
            const float Most = 0.5f;
            using var weights = new StridedMatrix(rows, units, 3, w);
            foreach (var (first, end) in new[] { (0, units / 2), (units / 2, units) })
            {
                var arguments = new UnitProjectionArguments { Parameters = weights.Pointer, Stride = weights.Stride, Window = new Window(0, rows, first, end), MaximumNorm = Most };
                Run.Kernel<UnitProjection, UnitProjectionArguments>(bits, ref arguments);
            }

            var wide = Expect.Widen(w);
            var after = weights.Values;
            Expect.CloseEach(Book.Regularization.MaximumNorm(wide, units, Most), after, Tolerances.FloatSum(rows), $"[{rows}, {units}]");
            for (var unit = 0; unit < units; unit++)
            {
                var length = Math.Sqrt(Enumerable.Range(0, rows).Sum(row => wide[(row * units) + unit] * wide[(row * units) + unit]));
                if (length < Most * 0.999) Assert.All(Enumerable.Range(0, rows), row => Assert.Equal(w[(row * units) + unit], after[(row * units) + unit]));
            }
        }
    }
}
