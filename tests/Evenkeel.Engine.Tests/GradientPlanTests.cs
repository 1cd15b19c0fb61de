using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;

namespace Evenkeel.Engine.Tests;

public sealed class GradientPlanTests
{
    private const int Features = 9;
    private const int Classes = 4;
    private const int Samples = 12;

    [Fact]
    public void It_finds_what_a_training_step_finds_and_changes_nothing()
    {
        var model = Build();
        using var gradient = GradientPlan.Compile(model, new SoftmaxCrossEntropy(), options: Options);
        using var training = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Momentum(), Options);
        float[] parameters = [.. model.Parameters.Span];
        double[] states = [.. model.States.Span];

        var found = gradient.Run(Fill(gradient.CreateSlot()));

        Assert.Equal(parameters, model.Parameters.Span.ToArray());
        Assert.Equal(states, model.States.Span.ToArray());
        var expected = training.Step(Fill(training.CreateSlot()));
        Assert.Equal(expected with { Committed = false }, found);
        Assert.Equal(training.Gradients.Span.ToArray(), gradient.Gradients.Span.ToArray());
    }

    [Fact]
    public void The_gradient_by_the_features_is_the_slope_of_the_loss()
    {
        using var plan = GradientPlan.Compile(Build(), new SoftmaxCrossEntropy(), inputGradient: true, Options);
        var slot = Fill(plan.CreateSlot());
        plan.Run(slot);
        float[] gradient = [.. plan.InputGradient];
        Assert.Equal(Samples * Features, gradient.Length);
        Assert.Contains(gradient, static slope => Math.Abs(slope) > 1e-3);

        // Float losses of 1e-7 accuracy over a step of 2e-2 leave 1e-5 of error, and the cubic term as much.
        const float Step = 1e-2f;
        for (var i = 0; i < gradient.Length; i += 5)
        {
            var value = slot.Features[i];
            slot.Features[i] = value + Step;
            var above = plan.Run(slot).Loss;
            slot.Features[i] = value - Step;
            var below = plan.Run(slot).Loss;
            slot.Features[i] = value;
            Assert.Equal((above - below) / (2 * Step), gradient[i], 2e-4f);
        }
    }

    [Fact]
    public void Without_being_asked_for_there_is_no_gradient_by_the_features()
    {
        using var plan = GradientPlan.Compile(Build(), new SoftmaxCrossEntropy(), options: Options);
        plan.Run(Fill(plan.CreateSlot()));
        Assert.True(plan.InputGradient.IsEmpty);
    }

    [Fact]
    public void One_value_per_channel_is_refused()
    {
        using var plan = GradientPlan.Compile(Build(), new SoftmaxCrossEntropy(), options: Options);
        var slot = Fill(plan.CreateSlot());
        slot.Count = 1;
        Assert.Equal("EK1001", Assert.Throws<EngineException>(() => plan.Run(slot)).Code);
    }

    private static PlanOptions Options => new() { Capacity = Samples };

    private static Model Build() => new Sequential(new Dense(7), new BatchNorm(), new Tanh(), new Dense(Classes)).Build(Shape.Batch(Features), seed: 3);

    private static BatchSlot Fill(BatchSlot slot)
    {
        new Numerics.Randomness.RandomStream(5, "features").FillNormal(slot.Features);
        for (var i = 0; i < Samples; i++) slot.Labels[i] = i * 7 % Classes;
        slot.Count = Samples;
        return slot;
    }
}
