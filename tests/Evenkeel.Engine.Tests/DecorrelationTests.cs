using Evenkeel.Graph;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Rewriting;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.TestKit;

namespace Evenkeel.Engine.Tests;

/// <summary>Decorrelated batch normalisation beyond one pass, which <see cref="LayerPlanTests"/> holds.</summary>
public sealed class DecorrelationTests
{
    private const int Count = 64, Channels = 6;

    private static readonly WhiteningOptions Thorough = new() { GroupSize = 3, Iterations = 14, Epsilon = 1e-7f };

    [Fact]
    public void With_many_iterations_a_batch_has_no_correlations_within_its_groups()
    {
        var model = new Sequential(("d", new DecorrelatedBatchNorm(Thorough))).Build(Shape.Batch(Channels));
        using var plan = ObservationPlan.Compile(model, [model.Output], training: true, new PlanOptions { Capacity = Count });
        plan.Slot.Fill(Mixed(1));
        plan.Run(plan.Slot);
        Correlations(plan.Read(model.Output).ToArray(), (i, j) => i / 3 == j / 3, 2e-3);
    }

    [Fact]
    public void Evaluation_takes_the_running_matrix_and_makes_no_moments()
    {
        var model = new Sequential(("d", new DecorrelatedBatchNorm(Thorough with { RunningAverage = RunningAverage.UpdateRate(0.5f) })), ("out", new Dense(3))).Build(Shape.Batch(Channels), 2);
        using (var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Sgd(), new PlanOptions { Capacity = Count }))
        {
            plan.LearningRate = 0;
            for (var step = 0; step < 8; step++) Assert.True(plan.Step(Mixed(1), new SeededRandom(3).Labels(Count, 3)).Committed);
        }

        Assert.Equal([1 - Math.Pow(0.5, 8), 8], model.States["d.running_whitening_weight"].ToArray());
        using var observation = ObservationPlan.Compile(model, [model.Nodes.Single(static node => node.Name == "d.shift").Outputs[0]], training: false, new PlanOptions { Capacity = Count });
        observation.Slot.Fill(Mixed(1));
        observation.Run(observation.Slot);
        Correlations(observation.Read(model.Nodes.Single(static node => node.Name == "d.shift").Outputs[0]).ToArray(), static (i, j) => i / 3 == j / 3, 2e-2);
        using var evaluation = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = Count });
        Assert.DoesNotContain("d.moments", evaluation.Listing.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Before_any_commit_evaluation_decorrelates_nothing()
    {
        var model = new Sequential(("d", new DecorrelatedBatchNorm())).Build(Shape.Batch(Channels));
        using var plan = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = Count });
        var plain = new Sequential(("d", new BatchNorm())).Build(Shape.Batch(Channels));
        using var other = EvaluationPlan.Compile(plain, null, new PlanOptions { Capacity = Count });
        Expect.Close(Expect.Widen(other.Run(Mixed(1))), plan.Run(Mixed(1)), Tolerances.FloatArithmetic.Times(4));
    }

    [Fact]
    public void Skipped_steps_move_no_matrix_and_frozen_layers_keep_theirs()
    {
        var built = Network();
        var x = Mixed(1);
        var labels = new SeededRandom(3).Labels(Count, 3);
        using (var plan = TrainingPlan.Compile(built, new SoftmaxCrossEntropy(), new Sgd(), new PlanOptions { Capacity = Count }))
        {
            var bad = Mixed(1);
            bad[5] = float.NaN;
            Assert.False(plan.Step(bad, labels).Committed);
            Assert.All(built.States["d.running_whitening"].ToArray(), static value => Assert.Equal(0, value));
            Assert.True(plan.Step(x, labels).Committed);
        }

        var frozen = FreezeLayers.Apply(built.Output, static name => name.StartsWith("d.", StringComparison.Ordinal));
        var model = new Model(NodeOrder.Of(frozen).OfType<InputNode>().Single(), frozen, 3);
        model.States.CopyFrom(built.States);
        model.Parameters.CopyFrom(built.Parameters);
        var before = model.States.Span.ToArray();
        using var training = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Sgd(), new PlanOptions { Capacity = Count });
        Assert.True(training.Step(x, labels).Committed);
        Assert.Equal(before, model.States.Span.ToArray());
    }

    [Fact]
    public void Averaged_micro_batches_average_their_matrices_and_exact_ones_are_refused()
    {
        var model = Network();
        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Sgd(), new PlanOptions { Capacity = Count / 2, Threads = 1 });
        var (x, labels) = (Mixed(1), new SeededRandom(3).Labels(Count, 3));
        BatchSlot[] slots = [plan.CreateSlot(), plan.CreateSlot()];
        slots[0].Fill(x.AsSpan(0, x.Length / 2), labels.AsSpan(0, Count / 2));
        slots[1].Fill(x.AsSpan(x.Length / 2), labels.AsSpan(Count / 2));
        var error = Assert.Throws<EngineException>(() => plan.Step(slots, AccumulatedStatistics.Exact));
        Assert.Equal("EK0350", error.Code);
        Assert.Contains("'d.whitening'", error.Message, StringComparison.Ordinal);
        Assert.True(plan.Step(slots, AccumulatedStatistics.Averaged).Committed);
        var matrices = slots.Select(slot =>
        {
            var one = Network();
            using var own = TrainingPlan.Compile(one, new SoftmaxCrossEntropy(), new Sgd(), new PlanOptions { Capacity = Count / 2, Threads = 1 });
            Assert.True(own.Step(slot).Committed);
            return one.States["d.running_whitening"].ToArray();
        }).ToArray();
        var expected = matrices[0].Zip(matrices[1], static (left, right) => (left + right) / 2).ToArray();
        foreach (var (left, right) in expected.Zip(model.States["d.running_whitening"].ToArray())) Assert.Equal(left, right, 1e-12);
    }

    [Fact]
    public void Recalibration_averages_the_matrices_of_its_batches()
    {
        float[][] batches = [Mixed(11), Mixed(12), Mixed(13)[..(Count / 2 * Channels)]];
        var labels = new SeededRandom(3).Labels(Count, 3);
        double[] Own(float[] batch)
        {
            var one = Network();
            using var own = TrainingPlan.Compile(one, new SoftmaxCrossEntropy(), new Sgd(), new PlanOptions { Capacity = Count });
            Assert.True(own.Step(batch, labels.AsSpan(0, batch.Length / Channels)).Committed);
            return [.. one.States["d.running_whitening"].ToArray().Select(value => value / one.States["d.running_whitening_weight"].Span[0])];
        }

        var matrices = batches.Select(Own).ToArray();
        var model = Network();
        using (var training = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Sgd(), new PlanOptions { Capacity = Count }))
        {
            for (ulong step = 0; step < 2; step++) Assert.True(training.Step(Mixed(step), labels).Committed);
        }

        var parameters = model.Parameters.Span.ToArray();
        using var plan = RecalibrationPlan.Compile(model, new PlanOptions { Capacity = Count });
        var slot = plan.CreateSlot();
        for (var round = 0; round < 2; round++)
        {
            foreach (var batch in batches)
            {
                slot.Fill(batch);
                plan.Accumulate(slot);
            }

            plan.Commit();
            var recalibrated = model.States["d.running_whitening"].ToArray();
            for (var i = 0; i < recalibrated.Length; i++) Assert.Equal(((2 * matrices[0][i]) + (2 * matrices[1][i]) + matrices[2][i]) / 5, recalibrated[i], 1e-9);
            Assert.Equal([1, 2], model.States["d.running_whitening_weight"].ToArray());
        }

        Assert.Equal(parameters, model.Parameters.Span.ToArray());
        var states = model.States.Span.ToArray();
        slot.Fill([float.NaN, .. batches[0][1..]]);
        Assert.Equal("EK0208", Assert.Throws<EngineException>(() => plan.Accumulate(slot)).Code);
        Assert.Equal(states, model.States.Span.ToArray());
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Value State(int count) => new StateNode("s", Shape.Of(count), Constant.Zero).Output;
        Value Moments(int channels) => new ParameterNode("m", Shape.Of(channels, channels), Constant.One, false).Output;
        var input = Shape.Batch(4);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new WhiteningNode("n", Moments(3), null, State(16), State(2), input, WhiteningOptions.Default)).Code);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new WhiteningNode("n", Moments(4), null, State(15), State(2), input, WhiteningOptions.Default)).Code);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new WhiteningNode("n", Moments(4), State(3), State(16), State(2), input, WhiteningOptions.Default)).Code);
        Assert.Equal("EK0105", Assert.Throws<GraphException>(() => new WhiteningNode("n", Moments(4), null, State(16), State(2), input, new WhiteningOptions { Iterations = 0 })).Code);
        Assert.Equal("EK0120", Assert.Throws<LayerException>(() => new DecorrelatedBatchNorm(new WhiteningOptions { GroupSize = 0 }).Build(input)).Code);
    }

    private static Model Network() => new Sequential(("d", new DecorrelatedBatchNorm(new WhiteningOptions { GroupSize = 4 })), ("out", new Dense(3))).Build(Shape.Batch(Channels), 2);

    /// <summary>Channels that are mixtures of each other, with means.</summary>
    private static float[] Mixed(ulong seed)
    {
        var sources = new SeededRandom(seed).Normals(Count * Channels);
        var mixing = new SeededRandom(7).Normals(Channels * Channels);
        return [.. Reference.MatrixProduct.Multiply(sources, mixing, Count, Channels, Channels).Select(static (value, i) => (float)(value + (i % Channels)))];
    }

    private static void Correlations(float[] y, Func<int, int, bool> within, double tolerance)
    {
        for (var i = 0; i < Channels; i++)
        {
            for (var j = 0; j < Channels; j++)
            {
                if (within(i, j)) Assert.Equal(i == j ? 1 : 0, Enumerable.Range(0, Count).Sum(n => (double)y[(n * Channels) + i] * y[(n * Channels) + j]) / Count, tolerance);
            }
        }
    }
}
