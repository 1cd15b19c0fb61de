using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.TestKit;

namespace Evenkeel.Engine.Tests;

public sealed class TransactionTests
{
    private const int Features = 20;
    private const int Classes = 5;

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_step_that_is_not_finite_changes_nothing(float poison)
    {
        var model = Build();
        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = 32 });
        var slot = Fill(plan, 32, 1);
        plan.Step(slot);
        var before = Everything(model, plan);
        slot.Features[7] = poison;

        var result = plan.Step(slot);

        Assert.False(result.Committed);
        Assert.Equal(before, Everything(model, plan));
        Assert.Equal(1, plan.Commits);
        Assert.Equal(2, plan.Attempts);
        Fill(slot, 32, 2);
        Assert.True(plan.Step(slot).Committed);
        Assert.NotEqual(before, Everything(model, plan));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(Classes)]
    [InlineData(int.MaxValue)]
    public void A_label_that_is_no_class_is_refused_and_changes_nothing(int label)
    {
        var model = Build();
        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = 32 });
        var slot = Fill(plan, 32, 1);
        var before = Everything(model, plan);
        slot.Labels[3] = label;
        var error = Assert.Throws<EngineException>(() => plan.Step(slot));
        Assert.Equal("EK0203", error.Code);
        Assert.Contains("0 to 4", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Everything(model, plan));
    }

    [Fact]
    public void Label_smoothing_counts_in_training_and_not_in_evaluation()
    {
        using var plain = TrainingPlan.Compile(Build(), new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = 32 });
        using var smoothed = TrainingPlan.Compile(Build(), new SoftmaxCrossEntropy { LabelSmoothing = 0.3f }, new Momentum(), new PlanOptions { Capacity = 32 });
        var (one, other) = (plain.Step(Fill(plain, 32, 1)), smoothed.Step(Fill(smoothed, 32, 1)));
        Assert.NotEqual(one.Loss, other.Loss);
        Assert.Equal(one.Correct, other.Correct);

        var model = Build();
        var losses = new[] { 0, 0.3f }.Select(smoothing =>
        {
            using var evaluation = EvaluationPlan.Compile(model, new SoftmaxCrossEntropy { LabelSmoothing = smoothing }, new PlanOptions { Capacity = 32 });
            var slot = evaluation.CreateSlot();
            Fill(slot, 32, 1);
            return evaluation.Run(slot).Loss;
        }).ToArray();
        Assert.Equal(losses[0], losses[1]);
    }

    [Fact]
    public void Training_with_one_value_per_channel_is_refused()
    {
        using var plan = TrainingPlan.Compile(Build(), new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = 4 });
        var slot = Fill(plan, 1, 1);
        var error = Assert.Throws<EngineException>(() => plan.Step(slot));
        Assert.Equal("EK1001", error.Code);
        Assert.Equal("EK1001: [BatchNorm 'norm'] training needs more than one value per channel, but input [1, 12] gives 1. Use a larger batch, or NormalizeWith.RunningStatistics.", error.Message);
    }

    [Fact]
    public void Frozen_normalisation_trains_with_one_sample_and_keeps_its_statistics()
    {
        var model = Build(BatchNormOptions.Frozen);
        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = 4 });
        var (states, gamma, weight) = (model.States.Span.ToArray(), model.Parameters["norm.gamma"].ToArray(), model.Parameters["first.weight"].ToArray());
        Assert.True(plan.Step(Fill(plan, 1, 1)).Committed);
        Assert.Equal(states, model.States.Span.ToArray());
        Assert.Equal(gamma, model.Parameters["norm.gamma"].ToArray());
        Assert.NotEqual(weight, model.Parameters["first.weight"].ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void A_count_outside_the_capacity_is_refused(int count)
    {
        using var plan = TrainingPlan.Compile(Build(), new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = 4 });
        var slot = plan.CreateSlot();
        slot.Count = count;
        Assert.Equal("EK0202", Assert.Throws<EngineException>(() => plan.Step(slot)).Code);
    }

    [Fact]
    public void Spans_that_are_no_whole_samples_are_refused()
    {
        using var plan = TrainingPlan.Compile(Build(), new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = 4 });
        Assert.Equal("EK0205", Assert.Throws<EngineException>(() => plan.Step(new float[Features + 1], new int[1])).Code);
        Assert.Equal("EK0205", Assert.Throws<EngineException>(() => plan.Step(new float[Features], new int[2])).Code);
        Assert.StartsWith("EK0882: A batch got target values, but the plan's loss expects class labels, as ints.", Assert.Throws<EngineException>(() => plan.Step(new float[Features], new float[1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_pass_is_refused_by_name()
    {
        var error = Assert.Throws<EngineException>(() => TrainingPlan.Compile(Build(), new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { DisabledPasses = ["fuse-everything"] }));
        Assert.Equal("EK0206", error.Code);
        Assert.Contains("fuse-activation", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("relu", 33)]
    [InlineData("sigmoid", 60)]
    [InlineData("tanh", 7)]
    public void One_thread_and_two_give_the_same_bits(string activation, int count)
    {
        var one = Train(activation, count, 1);
        var two = Train(activation, count, 2);
        Assert.Equal(one, two);
    }

    [Fact]
    public void A_plan_of_larger_capacity_gives_the_same_bits()
    {
        Assert.Equal(Train("relu", 32, 2, capacity: 32), Train("relu", 32, 2, capacity: 300));
    }

    [Fact]
    public void A_thousand_steps_allocate_nothing()
    {
        using var plan = TrainingPlan.Compile(Build(), new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = 32, Threads = 2 });
        var slot = Fill(plan, 32, 1);
        for (var i = 0; i < 50; i++) plan.Step(slot);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) plan.Step(slot);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Dropout_masks_depend_on_the_attempt_and_vanish_in_evaluation()
    {
        var model = new Sequential(("drop", new Dropout(0.5f)), ("out", new Dense(Classes))).Build(Shape.Batch(Features), 3);
        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = 16, Seed = 9 });
        plan.LearningRate = 0;
        var slot = Fill(plan, 16, 1);
        var losses = Enumerable.Range(0, 5).Select(_ => plan.Step(slot).Loss).ToArray();
        Assert.Equal(5, losses.Distinct().Count());
        plan.Attempts = 0;
        Assert.Equal(losses[0], plan.Step(slot).Loss);

        using var evaluation = EvaluationPlan.Compile(model, new SoftmaxCrossEntropy(), new PlanOptions { Capacity = 16 });
        var input = evaluation.CreateSlot();
        Fill(input, 16, 1);
        Assert.Equal(evaluation.Run(input), evaluation.Run(input));
    }

    private static byte[] Train(string activation, int count, int threads, int capacity = 64)
    {
        var model = Build(null, activation);
        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = capacity, Threads = threads });
        var slot = plan.CreateSlot();
        for (var step = 0; step < 20; step++)
        {
            Fill(slot, count, step);
            Assert.True(plan.Step(slot).Committed);
        }

        return Everything(model, plan);
    }

    private static byte[] Everything(Model model, TrainingPlan plan) =>
    [
        .. System.Runtime.InteropServices.MemoryMarshal.AsBytes(model.Parameters.Span),
        .. System.Runtime.InteropServices.MemoryMarshal.AsBytes(model.States.Span),
        .. System.Runtime.InteropServices.MemoryMarshal.AsBytes(plan.Slots.Span),
    ];

    private static Model Build(BatchNormOptions? norm = null, string activation = "relu") => new Sequential(
        ("first", new Dense(12)), ("norm", new BatchNorm(norm ?? BatchNormOptions.Default)), ("act", new Activation(activation)),
        ("hidden", new Dense(131)), ("norm2", new BatchNorm(norm ?? BatchNormOptions.Default)), ("act2", new Activation(activation)), ("drop", new Dropout(0.25f)),
        ("last", new Dense(Classes))).Build(Shape.Batch(Features), 5);

    private static BatchSlot Fill(TrainingPlan plan, int count, int seed)
    {
        var slot = plan.CreateSlot();
        Fill(slot, count, seed);
        return slot;
    }

    private static void Fill(BatchSlot slot, int count, int seed)
    {
        var random = new SeededRandom((ulong)seed + 100);
        slot.Count = count;
        random.Floats(count * Features).CopyTo(slot.Features);
        random.Labels(count, Classes).CopyTo(slot.Labels);
    }
}
