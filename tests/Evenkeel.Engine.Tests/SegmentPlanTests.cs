using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Optimization.Optimizers;

namespace Evenkeel.Engine.Tests;

public sealed class SegmentPlanTests
{
    private const int Features = 9;
    private const int Classes = 4;
    private const int Samples = 12;

    private static PlanOptions Options => new() { Capacity = Samples };

    [Fact]
    public void Two_segments_that_hand_their_gradient_on_find_what_the_whole_model_finds()
    {
        var model = Build();
        using var whole = GradientPlan.Compile(model, new SoftmaxCrossEntropy(), inputGradient: true, Options);
        var expected = whole.Run(Fill(whole.CreateSlot()));

        var memory = new UpdateMemory(model, new Sgd());
        var cut = CutValues.Of(model).Single(static value => value.Name == "tanh1");
        using var low = SegmentPlan.CompileInner(model.Part(model.Input.Output, cut), memory, inputGradient: true, Options);
        using var high = SegmentPlan.CompileTop(model.Part(cut, model.Output), new SoftmaxCrossEntropy(), targetsAreLate: false, memory, inputGradient: true, Options);
        var (first, second) = (low.CreateSlot(), high.CreateSlot());
        Fill(first, labels: false);
        low.Forward(first);
        low.Output.CopyTo(second.Features);
        second.Count = Samples;
        for (var i = 0; i < Samples; i++) second.Labels[i] = i * 7 % Classes;
        high.Forward(second);
        Assert.Equal(expected.Loss, high.Loss);
        Assert.Equal(expected.Correct, high.Correct);
        high.Backward();
        high.InputGradient.CopyTo(low.Late);
        low.Backward();

        Assert.Equal(whole.Gradients.Span.ToArray(), memory.Gradients.Span.ToArray());
        Assert.Equal(whole.InputGradient.ToArray(), low.InputGradient.ToArray());
        var (lowNorm, highNorm) = (low.Check(), high.Check());
        Assert.True(lowNorm.IsFinite && highNorm.IsFinite);
        Assert.Equal(expected.GradientNorm, Math.Sqrt((lowNorm.Norm * lowNorm.Norm) + (highNorm.Norm * highNorm.Norm)), 1e-7);
    }

    [Fact]
    public void A_commit_moves_the_segments_own_parameters_and_statistics_and_no_others()
    {
        var model = Build();
        var memory = new UpdateMemory(model, new Sgd());
        var cut = CutValues.Of(model).Single(static value => value.Name == "tanh1");
        using var low = SegmentPlan.CompileInner(model.Part(model.Input.Output, cut), memory, inputGradient: false, Options);
        var before = model.Parameters.ToDictionary(static tensor => tensor.Name, static tensor => tensor.ToArray());
        var slot = Fill(low.CreateSlot(), labels: false);
        low.Forward(slot);
        low.Late.Fill(0.25f);
        low.Late[0] = 1;
        low.Backward();
        low.Commit(0, 0.1f, GradientChange.None);
        foreach (var tensor in model.Parameters)
        {
            if (tensor.Name.StartsWith("dense2", StringComparison.Ordinal)) Assert.Equal(before[tensor.Name], tensor.ToArray());
            else Assert.NotEqual(before[tensor.Name], tensor.ToArray());
        }

        Assert.Equal(1, model.States["batch_norm1.running_weight"].Span[1]);
    }

    [Fact]
    public void Targets_may_arrive_between_the_passes()
    {
        var model = new Sequential(new Dense(3)).Build(Shape.Batch(Features), seed: 2);
        using var whole = GradientPlan.Compile(model, new MeanSquaredError(), options: Options);
        var given = whole.CreateSlot();
        new Numerics.Randomness.RandomStream(5, "features").FillNormal(given.Features);
        new Numerics.Randomness.RandomStream(5, "targets").FillNormal(given.Targets);
        given.Count = Samples;
        var expected = whole.Run(given);

        var memory = new UpdateMemory(model, new Sgd());
        using var plan = SegmentPlan.CompileTop(model, new MeanSquaredError(), targetsAreLate: true, memory, inputGradient: false, Options);
        var slot = plan.CreateSlot();
        Assert.Equal(0, slot.TargetsPerSample);
        given.Features.CopyTo(slot.Features);
        slot.Count = Samples;
        plan.Forward(slot);
        Assert.Equal(Samples * 3, plan.Output.Length);
        given.Targets.CopyTo(plan.Late);
        plan.Backward();
        Assert.Equal(expected.Loss, plan.Loss);
        Assert.Equal(whole.Gradients.Span.ToArray(), memory.Gradients.Span.ToArray());
    }

    [Fact]
    public void A_batch_that_cannot_be_run_is_refused_beforehand()
    {
        var model = Build();
        using var plan = SegmentPlan.CompileInner(model, new UpdateMemory(model, new Sgd()), inputGradient: false, Options);
        Assert.Equal("EK1001", Assert.Throws<EngineException>(() => plan.Require(1)).Code);
        Assert.Equal("EK0202", Assert.Throws<EngineException>(() => plan.Require(Samples + 1)).Code);
        var slot = plan.CreateSlot();
        slot.Count = 1;
        Assert.Equal("EK1001", Assert.Throws<EngineException>(() => plan.Forward(slot)).Code);
    }

    private static Model Build() => new Sequential(new Dense(7), new BatchNorm(), new Tanh(), new Dense(Classes)).Build(Shape.Batch(Features), seed: 3);

    private static BatchSlot Fill(BatchSlot slot, bool labels = true)
    {
        new Numerics.Randomness.RandomStream(5, "features").FillNormal(slot.Features);
        for (var i = 0; labels && i < Samples; i++) slot.Labels[i] = i * 7 % Classes;
        slot.Count = Samples;
        return slot;
    }
}
