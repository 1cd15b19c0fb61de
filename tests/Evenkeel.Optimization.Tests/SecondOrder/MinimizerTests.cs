using Evenkeel.Optimization.SecondOrder;
using Book = Evenkeel.Reference;

namespace Evenkeel.Optimization.Tests.SecondOrder;

public sealed class MinimizerTests
{
    public static TheoryData<string> Names => ["lbfgs", "newton"];

    [Theory]
    [InlineData(3)]
    [InlineData(50)]
    public void Directions_of_lbfgs_are_those_of_the_recursion_with_whole_matrices(int history)
    {
        var looks = new List<(double[] Point, double Value, double[] Gradient)>();
        var point = Start(6);
        var result = new Lbfgs { History = history, GradientTolerance = 1e-7 }.Minimize(
            (x, g) =>
            {
                var value = Rosenbrock(x, g);
                looks.Add((x.ToArray(), value, g.ToArray()));
                return value;
            },
            point);
        Assert.Equal(MinimizationEnd.Converged, result.End);
        Assert.True(result.Iterations > history || history == 50);
        Assert.Equal(looks.Count, result.Evaluations);

        // The first look of an iteration is a whole step along its direction.
        var accepted = result.Values.Select(value => looks.FindLastIndex(look => look.Value == value)).ToArray();
        var pairs = new List<(double[] S, double[] Y)>();
        for (var k = 1; k + 1 < accepted.Length; k++)
        {
            var (before, here) = (looks[accepted[k - 1]], looks[accepted[k]]);
            pairs.Add((Minus(here.Point, before.Point), Minus(here.Gradient, before.Gradient)));
            if (pairs.Count > history) pairs.RemoveAt(0);
            var direction = Minus(looks[accepted[k] + 1].Point, here.Point);
            var expected = Book.QuasiNewton.Direction(pairs, here.Gradient);
            for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], direction[i], 1e-6 * Math.Max(1e-6, expected.Max(Math.Abs)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Curved_valleys_lead_to_the_minimum_and_values_never_rise(string name)
    {
        var point = Start(8);
        var result = Create(name).Minimize(Rosenbrock, point);
        Assert.Equal(MinimizationEnd.Converged, result.End);
        Assert.All(point, static value => Assert.Equal(1, value, 1e-5));
        Assert.All(result.Values.Zip(result.Values.Skip(1)), static pair => Assert.True(pair.Second < pair.First));
        Assert.True(result.GradientNorm <= 1e-6);
    }

    [Theory]
    [InlineData("lbfgs", 80)]
    [InlineData("newton", 12)]
    public void Quadratics_of_a_high_condition_number_take_few_iterations(string name, int most)
    {
        double[] curvatures = [1, 3, 10, 100, 1000, 3000, 10_000, 0.5];
        double Value(ReadOnlySpan<double> x, Span<double> g)
        {
            var value = 0.0;
            for (var i = 0; i < x.Length; i++)
            {
                g[i] = curvatures[i] * (x[i] - i);
                value += 0.5 * curvatures[i] * (x[i] - i) * (x[i] - i);
            }

            return value;
        }

        var point = new double[curvatures.Length];
        var result = Create(name).Minimize(Value, point);
        Assert.Equal(MinimizationEnd.Converged, result.End);
        Assert.InRange(result.Iterations, 1, most);
        for (var i = 0; i < point.Length; i++) Assert.Equal(i, point[i], 1e-5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Saddles_do_not_attract(string name)
    {
        // x^2 - y^2 + y^4, beside the ridge y = 0.
        double[] point = [0.5, 1e-3];
        var result = Create(name).Minimize(
            static (x, g) =>
            {
                (g[0], g[1]) = (2 * x[0], (-2 * x[1]) + (4 * x[1] * x[1] * x[1]));
                return (x[0] * x[0]) - (x[1] * x[1]) + (x[1] * x[1] * x[1] * x[1]);
            },
            point);
        Assert.Equal(MinimizationEnd.Converged, result.End);
        Assert.Equal(-0.25, result.Value, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_out_of_the_domain_are_shortened(string name)
    {
        // x - log x, which has no value left of 0.
        double[] point = [20];
        var result = Create(name).Minimize(
            static (x, g) =>
            {
                g[0] = 1 - (1 / x[0]);
                return x[0] > 0 ? x[0] - Math.Log(x[0]) : double.NaN;
            },
            point);
        Assert.Equal(MinimizationEnd.Converged, result.End);
        Assert.Equal(1, point[0], 1e-5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_search_ends_where_rounding_begins_or_iterations_end_and_can_be_cancelled(string name)
    {
        // Values of seven digits, as those of a network.
        double Coarse(ReadOnlySpan<double> x, Span<double> g) => (float)(1 + Rosenbrock(x, g));
        var result = Create(name) is Lbfgs ? new Lbfgs { GradientTolerance = 1e-14, MostIterations = 1000 }.Minimize(Coarse, Start(4)) : new NewtonConjugateGradient { GradientTolerance = 1e-14, MostIterations = 1000 }.Minimize(Coarse, Start(4));
        Assert.NotEqual(MinimizationEnd.IterationLimit, result.End);
        Assert.Equal(1, result.Value, 1e-4);
        var two = new Lbfgs { MostIterations = 2 }.Minimize(Rosenbrock, Start(4));
        Assert.Equal((MinimizationEnd.IterationLimit, 2, 3), (two.End, two.Iterations, two.Values.Length));
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => Create(name).Minimize(Rosenbrock, Start(4), source.Token));
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        var error = Assert.Throws<OptimizationException>(() => new Lbfgs().Minimize(static (_, _) => double.NaN, new double[2]));
        Assert.Equal("EK0660", error.Code);
        Assert.Contains("[Lbfgs] the first point has the value NaN", error.Message, StringComparison.Ordinal);
        foreach (var make in new Func<Minimizer>[] { static () => new Lbfgs { History = 0 }, static () => new Lbfgs { GradientTolerance = 0 }, static () => new Lbfgs { MostIterations = 0 }, static () => new NewtonConjugateGradient { MostProducts = 0 }, static () => new NewtonConjugateGradient { DifferenceStep = double.NaN } })
            Assert.Equal("EK0801", Assert.Throws<OptimizationException>(() => make()).Code);
    }

    private static Minimizer Create(string name) =>
        name == "lbfgs" ? new Lbfgs { GradientTolerance = 1e-6, MostIterations = 300 } : new NewtonConjugateGradient { GradientTolerance = 1e-6, MostIterations = 300, DifferenceStep = 1e-5 };

    private static double[] Start(int count) => [.. Enumerable.Range(0, count).Select(static i => i % 2 == 0 ? -1.2 : 1)];

    private static double[] Minus(double[] a, double[] b) => [.. a.Zip(b, static (x, y) => x - y)];

    /// <summary>Rosenbrock's valleys, a pair of coordinates each.</summary>
    private static double Rosenbrock(ReadOnlySpan<double> x, Span<double> g)
    {
        var value = 0.0;
        for (var i = 0; i < x.Length; i += 2)
        {
            var (across, along) = (x[i + 1] - (x[i] * x[i]), 1 - x[i]);
            value += (100 * across * across) + (along * along);
            (g[i], g[i + 1]) = ((-400 * x[i] * across) - (2 * along), 200 * across);
        }

        return value;
    }
}
