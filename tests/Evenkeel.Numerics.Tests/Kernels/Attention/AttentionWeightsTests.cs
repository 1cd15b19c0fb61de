using Evenkeel.Numerics.Kernels.Attention;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.Attention;

public sealed unsafe class AttentionWeightsTests
{
    private static readonly Tolerance Weights = new(0, 64 * Tolerances.FloatUnit, "a shifted power to a few units, a sum in float lanes, a division");

    [Theory]
    [ClassData(typeof(Widths))]
    public void Weights_and_their_adjoint_are_those_of_the_book(int bits)
    {
        foreach (var steps in AwkwardSizes.Few)
        {
            foreach (var (isCausal, isMasked) in new[] { (false, false), (true, false), (false, true), (true, true) })
            {
                var random = new SeededRandom((ulong)steps);
                float[] scores = random.Floats(steps * steps, 0, 3), cotangent = random.Floats(steps * steps);
                float[]? mask = isMasked ? [.. Enumerable.Range(0, steps).Select(static key => key % 3 == 1 || key > 20 ? 0f : 1f)] : null;
                var (p, ds) = Run(bits, scores, cotangent, mask, isCausal);

                // Queries that are the scores, and keys and values that are the unit vectors.
                var settings = new Book.AttentionSettings(steps, steps, 1) { IsCausal = isCausal, Mask = mask is null ? null : Expect.Widen(mask) };
                double[] x = [.. Enumerable.Range(0, steps).SelectMany(row => Expect.Widen(scores.AsSpan(row * steps, steps)).Concat(Unit(row, steps)).Concat(Unit(row, steps)))];
                var gradient = Book.Attention.Backward(Expect.Widen(cotangent), x, settings);
                var what = $"{steps} steps, {(isCausal ? "causal" : "whole")}, {(isMasked ? "masked" : "unmasked")}";
                Expect.CloseScaled(Book.Attention.Forward(x, settings), p, Weights, [1], what);
                Expect.CloseScaled([.. Enumerable.Range(0, steps).SelectMany(row => gradient.Skip(row * 3 * steps).Take(steps))], ds, Weights, [4], what);
            }
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void A_row_without_keys_is_zero_nan_stays_in_its_row_and_large_products_do_not_overflow(int bits)
    {
        const int Steps = 20;
        var scores = new SeededRandom(3).Floats(Steps * Steps, 0, 1e6);
        Assert.All(Run(bits, scores, scores, new float[Steps], false).Weights, static weight => Assert.Equal(0, weight));
        scores[(2 * Steps) + 17] = float.NaN;
        var weights = Run(bits, scores, scores, null, false).Weights;
        for (var i = 0; i < weights.Length; i++) Assert.Equal(i / Steps == 2, float.IsNaN(weights[i]));

        // A causal row does not see what stands behind it.
        Assert.DoesNotContain(float.NaN, Run(bits, scores, scores, null, true).Weights);
    }

    private static double[] Unit(int place, int count) => [.. Enumerable.Range(0, count).Select(i => i == place ? 1.0 : 0)];

    private static (float[] Weights, float[] Cotangent) Run(int bits, float[] scores, float[] cotangent, float[]? mask, bool isCausal)
    {
        var steps = (int)Math.Sqrt(scores.Length);
        using var weights = GuardedBuffer.EndingAtGuard(scores);
        using var products = GuardedBuffer.EndingAtGuard(cotangent);
        using var masks = GuardedBuffer.EndingAtGuard(mask ?? []);
        var scale = (float)(1 / Math.Sqrt(steps));
        var forward = new AttentionWeightsArguments { Scores = weights.Pointer, Mask = mask is null ? null : masks.Pointer, Rows = steps, Keys = steps, IsCausal = isCausal, Scale = scale };
        Kernels.Run.Kernel<AttentionWeights, AttentionWeightsArguments>(bits, ref forward);
        var backward = new AttentionWeightsBackwardArguments { Weights = weights.Pointer, Cotangent = products.Pointer, Rows = steps, Keys = steps, Scale = scale };
        Kernels.Run.Kernel<AttentionWeightsBackward, AttentionWeightsBackwardArguments>(bits, ref backward);
        return (weights.Span.ToArray(), products.Span.ToArray());
    }
}
