using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.TestKit;

namespace Evenkeel.Engine.Tests;

/// <summary>Several micro-batches as one step, against one step on all their samples.</summary>
public sealed class AccumulationTests
{
    private const int Count = 24;

    /// <summary>The same sums in another order, through a few layers of floats.</summary>
    private static readonly Tolerance Rounding = new(2e-6, 5e-5, "the same sums in another order, through a few layers of floats");

    private static readonly Dictionary<string, (Layer Network, Shape Input)> Cases = new()
    {
        ["dense"] = (new Sequential(new Dense(20), new BatchNorm(), new Relu(), new Dense(18), new BatchNorm(), new Sigmoid(), new Dense(12), new BatchNorm(), new Dense(3)), Shape.Batch(9)),
        ["convolution"] = (new Sequential(new Convolution(6, 3, new ConvolutionOptions { Padding = 1 }), new BatchNorm(), new Relu(), new Convolution(8, 3, new ConvolutionOptions { Padding = 1, Stride = 2 }), new BatchNorm(), new Relu(), new GlobalAveragePool(), new Dense(3)), Shape.Batch(6, 5, 2)),
        ["residual"] = (new Sequential(new Convolution(6, 3, new ConvolutionOptions { Padding = 1 }), new BatchNorm(), new Relu(),
            new Residual(new Sequential(new Convolution(6, 3, new ConvolutionOptions { Padding = 1 }), new BatchNorm(), new Relu(), new Convolution(6, 3, new ConvolutionOptions { Padding = 1 }), new BatchNorm()), new Sequential(new Convolution(6, 1), new BatchNorm())),
            new Relu(), new GlobalAveragePool(), new Dense(3)), Shape.Batch(6, 5, 2)),
        ["l2"] = (new Sequential(new Dense(20), new BatchNorm(new BatchNormOptions { Divisor = BatchNormDivisor.RootMeanSquare }), new Relu(), new Dense(3)), Shape.Batch(9)),
        ["lost bias"] = (new Sequential(new Dense(20), new BatchNorm(new BatchNormOptions { StatisticsGradient = StatisticsGradient.None }), new Relu(), new Dense(3)), Shape.Batch(9)),
        ["renormalised"] = (new Sequential(new Dense(20), new BatchNorm(new BatchNormOptions { Renormalization = BatchRenormalization.Default with { PlainUpdates = 0, RatioUpdates = 1, OffsetUpdates = 1 } }), new Relu(), new Dense(3)), Shape.Batch(9)),
    };

    public static TheoryData<string, int[]> Cuts
    {
        get
        {
            TheoryData<string, int[]> data = [];
            foreach (var name in Cases.Keys)
            {
                foreach (var cut in new int[][] { [12, 12], [6, 6, 6, 6], [11, 2, 10, 1] }) data.Add(name, cut);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public void Exact_micro_batches_are_one_large_batch(string name, int[] cut)
    {
        var (network, input) = Cases[name];
        var large = Train(network, input, [Count], AccumulatedStatistics.Exact, threads: 1, Count);
        float[]? bits = null;
        foreach (var threads in new[] { 1, 2 })
        {
            var parts = Train(network, input, cut, AccumulatedStatistics.Exact, threads, cut.Max());
            for (var step = 0; step < large.Losses.Length; step++) Expect.Close([large.Losses[step]], [parts.Losses[step]], Rounding, "loss");
            foreach (var gradient in large.FirstGradients) Expect.Close(Expect.Widen(gradient.Value), parts.FirstGradients[gradient.Key], Rounding, gradient.Key);
            foreach (var state in large.Model.States) Expect.Close(state.Span, parts.Model.States[state.Name].Span, Rounding, state.Name);
            foreach (var parameter in large.Model.Parameters) Expect.Close(Expect.Widen(parameter.Span), parts.Model.Parameters[parameter.Name].Span, Rounding, parameter.Name);
            Expect.SameBits<float>(bits ??= parts.Model.Parameters.Span.ToArray(), parts.Model.Parameters.Span, "threads");
        }
    }

    [Fact]
    public void Averaged_micro_batches_move_the_running_statistics_once_and_as_one_large_batch()
    {
        foreach (var estimator in Enum.GetValues<VarianceEstimator>())
        {
            var network = new Sequential(("bn", new BatchNorm(new BatchNormOptions { VarianceEstimator = estimator })), ("out", new Dense(3)));
            var large = Train(network, Shape.Batch(9), [Count], AccumulatedStatistics.Averaged, 1, Count);
            var parts = Train(network, Shape.Batch(9), [11, 3, 10], AccumulatedStatistics.Averaged, 1, 11);

            // The first layer sees the data itself, so its statistics do not depend on the steps between.
            foreach (var state in large.Model.States) Expect.Close(state.Span, parts.Model.States[state.Name].Span, Rounding, $"{estimator}, {state.Name}");
            Assert.NotEqual(large.FirstGradients["out.weight"], parts.FirstGradients["out.weight"]);
        }
    }

    [Fact]
    public void A_step_of_micro_batches_is_one_transaction()
    {
        var model = Cases["dense"].Network.Build(Shape.Batch(9), 1);
        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = 12 });
        var slots = Slots(plan, Shape.Batch(9), [12, 12], 1);
        Assert.True(plan.Step(slots, AccumulatedStatistics.Exact).Committed);
        Assert.Equal((1, 1), (plan.Attempts, plan.Commits));
        Assert.Equal(1, model.States.Where(static state => state.Name.EndsWith("running_weight", StringComparison.Ordinal)).Select(static state => state.Span[1]).Distinct().Single());

        var (parameters, states) = (model.Parameters.Span.ToArray(), model.States.Span.ToArray());
        foreach (var statistics in Enum.GetValues<AccumulatedStatistics>())
        {
            slots[0].Features[5] = float.NaN;
            Assert.False(plan.Step(slots, statistics).Committed);
            Assert.Equal(parameters, model.Parameters.Span.ToArray());
            Assert.Equal(states, model.States.Span.ToArray());
            slots[0].Features[5] = 0;
            slots[1].Labels[3] = 7;
            Assert.Equal("EK0203", Assert.Throws<EngineException>(() => plan.Step(slots, statistics)).Code);
            slots[1].Labels[3] = 0;
        }

        // A plain step afterwards is a plain step: nothing that was gathered is left.
        using var fresh = TrainingPlan.Compile(Copy(model), new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = 12 });
        Assert.Equal(fresh.Step(slots[0]).GradientNorm, plan.Step(slots[0]).GradientNorm);
    }

    [Fact]
    public void What_cannot_be_accumulated_is_refused()
    {
        static EngineException Refused(Layer norm, UpdateMethod method, bool empty = false)
        {
            var model = new Sequential(("norm", norm), ("out", new Dense(3))).Build(Shape.Batch(9), 1);
            using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), method, new PlanOptions { Capacity = 12 });
            var slots = Slots(plan, Shape.Batch(9), empty ? [] : [12, 12], 1);
            return Assert.Throws<EngineException>(() => plan.Step(slots, AccumulatedStatistics.Exact));
        }

        Assert.Equal("EK0350", Refused(new BatchNorm(new BatchNormOptions { GhostSize = 4 }), new Momentum()).Code);
        var error = Refused(new BatchNorm(new BatchNormOptions { Divisor = BatchNormDivisor.MeanAbsolute }), new Momentum());
        Assert.Equal("EK0350", error.Code);
        Assert.Contains("[BatchNorm 'norm']", error.Message);
        Assert.Equal("EK0351", Refused(new BatchNorm(), new Momentum(), empty: true).Code);
        Assert.Equal("EK0352", Refused(new BatchNorm(), new Sam()).Code);
    }

    private static (Model Model, Dictionary<string, float[]> FirstGradients, double[] Losses) Train(Layer network, Shape input, int[] cut, AccumulatedStatistics statistics, int threads, int capacity)
    {
        var model = network.Build(input, 3);
        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = capacity, Threads = threads });
        plan.LearningRate = 0.05f;
        Dictionary<string, float[]>? gradients = null;
        var losses = new double[3];
        for (var step = 0; step < losses.Length; step++)
        {
            var result = plan.Step(Slots(plan, input, cut, (ulong)step), statistics);
            Assert.True(result.Committed);
            losses[step] = result.Loss;
            gradients ??= plan.Gradients.ToDictionary(static gradient => gradient.Name, static gradient => gradient.ToArray());
        }

        return (model, gradients!, losses);
    }

    /// <summary>The same samples however they are cut.</summary>
    private static BatchSlot[] Slots(TrainingPlan plan, Shape input, int[] cut, ulong seed)
    {
        var size = (int)input.ElementsPerSample;
        var (features, labels, first) = (new SeededRandom(seed + 50).Floats(Count * size, 0.5, 2), new SeededRandom(seed + 90).Labels(Count, 3), 0);
        return [.. cut.Select(count =>
        {
            var slot = plan.CreateSlot();
            slot.Fill(features.AsSpan(first * size, count * size), labels.AsSpan(first, count));
            first += count;
            return slot;
        })];
    }

    private static Model Copy(Model model)
    {
        var copy = new Model(model.Input, model.Output, model.Seed);
        copy.Parameters.CopyFrom(model.Parameters);
        copy.States.CopyFrom(model.States);
        return copy;
    }
}
