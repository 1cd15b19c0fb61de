using Evenkeel.Optimization.SecondOrder;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Optimization.Tests.SecondOrder;

public sealed class KroneckerFactorsTests
{
    [Theory]
    [InlineData(5, 3, true, 1e-2)]
    [InlineData(4, 6, false, 1e-4)]
    [InlineData(1, 1, true, 1)]
    public void Gradients_are_those_of_the_whole_system_of_equations(int inputs, int outputs, bool hasBias, double damping)
    {
        const int Count = 20;
        var random = new SeededRandom(1);
        float[] x = random.Floats(Count * inputs, 0.5, 1), cotangents = random.Floats(Count * outputs, 0, 0.05);
        var factors = new KroneckerFactors(inputs, outputs, hasBias);
        factors.Observe(x, cotangents, Count, 0.95);
        factors.Invert(damping);
        var gradient = random.Normals(factors.Rows * outputs);
        double[][] rows = [.. Enumerable.Range(0, Count).Select(n => (double[])[.. Expect.Widen(x.AsSpan(n * inputs, inputs)), .. hasBias ? [1.0] : Array.Empty<double>()])];
        double[][] own = [.. Enumerable.Range(0, Count).Select(n => Array.ConvertAll(Expect.Widen(cotangents.AsSpan(n * outputs, outputs)), static value => value * Count))];
        var expected = Book.KroneckerProduct.Solve(gradient, rows, own, damping);
        factors.Precondition(gradient);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], gradient[i], 1e-9 * expected.Max(Math.Abs));
    }

    [Fact]
    public void Moments_are_means_at_first_and_running_averages_later()
    {
        // One number each: the factor is 1 / ((a + pi s) (g + s / pi)), with pi = sqrt(a / g).
        var factors = new KroneckerFactors(1, 1, false);
        double a = 0, g = 0;
        for (var t = 1; t <= 6; t++)
        {
            factors.Observe([t], [0.5f * t], 1, 0.6);
            var kept = Math.Min(0.6, 1 - (1.0 / t));
            (a, g) = ((kept * a) + ((1 - kept) * t * t), (kept * g) + ((1 - kept) * 0.25 * t * t));
            factors.Invert(0.25);
            double[] gradient = [1];
            factors.Precondition(gradient);
            var pi = Math.Sqrt(a / g);
            Assert.Equal(1 / ((a + (pi * 0.5)) * (g + (0.5 / pi))), gradient[0], 1e-12);
        }
    }

    [Fact]
    public void Before_anything_was_inverted_gradients_stay()
    {
        double[] gradient = [1, 2, 3, 4, 5, 6];
        new KroneckerFactors(2, 2, true).Precondition(gradient);
        Assert.Equal([1, 2, 3, 4, 5, 6], gradient);
    }
}
