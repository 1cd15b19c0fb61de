using Evenkeel.Numerics.Kernels.Normalization;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.Normalization;

public sealed unsafe class SpectralNormTests
{
    /// <summary>Vectors rounded to float and products of them, relative to the largest weight by sigma.</summary>
    private static readonly Tolerance Divided = new(0, 64 * Tolerances.FloatUnit, "sums in float lanes, then a quotient");

    [Theory]
    [ClassData(typeof(Widths))]
    public void Weights_vectors_and_gradients_are_those_of_the_book(int bits)
    {
        foreach (var (rows, units) in AwkwardSizes.RowChannelPairs.Where(static pair => pair.Rows is > 0 and < 300 && pair.Channels > 0))
        {
            foreach (var iterations in new[] { 0, 1, 3 })
            {
                var random = new SeededRandom((ulong)((rows * 1000) + units));
                float[] w = random.Floats(rows * units, 0.2, 1), g = random.Floats(rows * units);
                double[] v = Unit(random.Normals(rows)), u = Unit(random.Normals(units));

                // Vectors that are not at right angles to those of the weights, as those of a run.
                for (var i = 0; i < rows; i++) v[i] = (0.2 * v[i]) + 1;
                for (var i = 0; i < units; i++) u[i] = (0.2 * u[i]) + 1;
                (v, u) = (Unit(v), Unit(u));
                var expected = Book.SpectralNorm.Forward(Expect.Widen(w), v, u, iterations);
                var gradient = Book.SpectralNorm.Backward(Expect.Widen(g), Expect.Widen(w), expected.V, expected.U, expected.Sigma);
                var what = $"[{rows}, {units}], {iterations} iterations";
                var (result, output, weightGradient) = Compute(bits, w, g, v, u, iterations);
                var scale = Math.Max(1, Math.Sqrt((double)rows * units) / Math.Abs(expected.Sigma));
                Expect.CloseScaled(expected.V, [.. result[..rows].Select(static value => (float)value)], Divided, [scale], what);
                Expect.CloseScaled(expected.U, [.. result[rows..^1].Select(static value => (float)value)], Divided, [scale], what);
                Assert.Equal(expected.Sigma, result[^1], 4e-6 * scale * Math.Abs(expected.Sigma));
                Expect.CloseScaled(expected.W, output, Divided, [scale * Expect.LargestMagnitude(expected.W)], what);
                Expect.CloseScaled(gradient, weightGradient, Divided, [4 * scale * Expect.LargestMagnitude(gradient)], what);
            }
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Weights_of_zeros_stay_zeros(int bits)
    {
        foreach (var iterations in new[] { 0, 1 })
        {
            var (result, output, _) = Compute(bits, new float[35], new float[35], Unit([1, 2, 3, 4, 5]), Unit([1, 2, 3, 4, 5, 6, 7]), iterations);
            Assert.All(output, static value => Assert.Equal(0, value));
            Assert.All(result, static value => Assert.True(double.IsFinite(value)));
        }
    }

    private static (double[] Result, float[] Output, float[] WeightGradient) Compute(int bits, float[] w, float[] g, double[] v, double[] u, int iterations)
    {
        using var weights = GuardedBuffer.EndingAtGuard(w);
        using var gradients = GuardedBuffer.EndingAtGuard(g);
        using var output = new GuardedBuffer<float>(w.Length);
        using var left = GuardedBuffer.EndingAtGuard(v);
        using var right = GuardedBuffer.EndingAtGuard(u);
        using var result = new GuardedBuffer<double>(v.Length + u.Length + 1);
        using var scratch = new GuardedBuffer<float>(Math.Max(v.Length, u.Length));
        var forward = new SpectralNormArguments { Weight = weights.Pointer, Rows = v.Length, Units = u.Length, Left = left.Pointer, Right = right.Pointer, Iterations = iterations, Result = result.Pointer, Output = output.Pointer, Scratch = scratch.Pointer };
        Run.Kernel<SpectralNorm, SpectralNormArguments>(bits, ref forward);
        using var ownScratch = new GuardedBuffer<float>(u.Length);

        // In place, as a plan may let it run.
        var backward = new SpectralNormBackwardArguments { Weight = weights.Pointer, OutputGradient = gradients.Pointer, WeightGradient = gradients.Pointer, Rows = v.Length, Units = u.Length, Result = result.Pointer, Scratch = ownScratch.Pointer };
        Run.Kernel<SpectralNormBackward, SpectralNormBackwardArguments>(bits, ref backward);
        return (result.Span.ToArray(), output.Span.ToArray(), gradients.Span.ToArray());
    }

    private static double[] Unit(double[] vector)
    {
        var length = Math.Sqrt(vector.Sum(static value => value * value));
        return Array.ConvertAll(vector, value => value / length);
    }
}
