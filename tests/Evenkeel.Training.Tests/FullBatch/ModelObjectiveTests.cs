using Evenkeel.Data.Datasets;
using Evenkeel.Engine;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Optimization.SecondOrder;
using Evenkeel.TestKit;
using Evenkeel.Training.Evaluation;
using Evenkeel.Training.FullBatch;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.FullBatch;

public sealed class ModelObjectiveTests
{
    private const int Count = 90, Features = 4;

    /// <summary>A loss of seven digits is flat within about the root of its rounding.</summary>
    private const double Rounding = 2e-4;

    public static TheoryData<string> Names => ["lbfgs", "newton"];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_linear_model_reaches_the_solution_of_the_normal_equations(string name)
    {
        var random = new SeededRandom(1);
        float[] x = random.Floats(Count * Features), noise = random.Floats(Count);
        var y = new float[Count];
        for (var n = 0; n < Count; n++) y[n] = (2 * x[n * Features]) - (3 * x[(n * Features) + 1]) + 0.5f + (0.3f * noise[n]);
        var model = new Sequential(("fc", new Dense(1))).Build(Shape.Batch(Features), 3);

        // 40 does not divide 90: the last batch has fewer samples and a smaller share.
        using var objective = new ModelObjective(model, new MeanSquaredError(), Dataset.From(x, [Features], y, 1), new PlanOptions { Capacity = 40, Threads = 2 });
        Assert.Equal(Features + 1, objective.Length);
        var result = objective.Minimize(name == "lbfgs" ? new Lbfgs { GradientTolerance = 1e-5 } : new NewtonConjugateGradient { GradientTolerance = 1e-5 });
        Assert.NotEqual(MinimizationEnd.IterationLimit, result.End);

        // At the minimum residuals are at right angles to every feature, and to a column of ones.
        float[] w = model.Parameters["fc.weight"].ToArray(), b = model.Parameters["fc.bias"].ToArray();
        var residuals = Enumerable.Range(0, Count).Select(n => Enumerable.Range(0, Features).Sum(f => (double)w[f] * x[(n * Features) + f]) + b[0] - y[n]).ToArray();
        Assert.Equal(0, residuals.Average(), Rounding);
        for (var f = 0; f < Features; f++) Assert.Equal(0, residuals.Select((r, n) => r * x[(n * Features) + f]).Average(), Rounding);
        Assert.Equal(residuals.Average(static r => r * r), result.Value, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_batch_normalised_network_learns_its_samples_and_evaluates_as_it_trained(string name)
    {
        var model = Small.Model();
        var rings = Small.Rings(120, 1);
        using var objective = new ModelObjective(model, Small.Loss, rings, new PlanOptions { Capacity = 200, Threads = 2 });
        var result = objective.Minimize(name == "lbfgs" ? new Lbfgs { MostIterations = 60 } : new NewtonConjugateGradient { MostIterations = 12, MostProducts = 20 });
        Assert.True(result.Value < 0.25 * result.Values[0], $"{result.Values[0]} fell to {result.Value}");
        var evaluation = Evaluator.Evaluate(model, Small.Loss, rings);
        Assert.Equal(result.Value, evaluation.Loss, 0.05 + (0.2 * result.Value));
    }

    [Fact]
    public void One_thread_and_two_reach_the_same_bits()
    {
        var hashes = new[] { 1, 2 }.Select(static threads =>
        {
            var model = Small.Model();
            using var objective = new ModelObjective(model, Small.Loss, Small.Rings(120, 1), new PlanOptions { Capacity = 50, Threads = threads });
            objective.Minimize(new Lbfgs { MostIterations = 8 });
            return model.Parameters.Span.ToArray();
        }).ToArray();
        Expect.SameBits<float>(hashes[0], hashes[1]);
    }

    [Fact]
    public void A_cancelled_search_leaves_the_model_as_it_was()
    {
        var model = Small.Model();
        var (parameters, states) = (model.Parameters.Span.ToArray(), model.States.Span.ToArray());
        using var objective = new ModelObjective(model, Small.Loss, Small.Rings(60, 1));
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => objective.Minimize(new Lbfgs(), source.Token));
        Assert.Equal(parameters, model.Parameters.Span.ToArray());
        Assert.Equal(states, model.States.Span.ToArray());
    }
}
