using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Optimization.Clipping;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Engine.Tests;

public sealed class ClippingPlanTests
{
    private const int Features = 40;
    private const int Classes = 5;
    private const float Rate = 0.1f;

    [Theory]
    [InlineData(0.5)]
    [InlineData(1e3)]
    public void Clipping_by_norm_shortens_all_gradients_together(double maximum) =>
        Follows(new ClipByNorm((float)maximum), gradients => Book.Clipping.ByNorm(gradients, maximum));

    [Fact]
    public void Clipping_by_value_bounds_each_gradient() => Follows(new ClipByValue(0.01f), static gradients => Book.Clipping.ByValue(gradients, 0.01f));

    [Fact]
    public void Clipped_steps_are_the_same_bits_for_one_and_two_threads()
    {
        var models = new[] { 1, 2 }.Select(static threads =>
        {
            var model = Build();
            using var plan = Compile(model, new ClipByNorm(0.3f), threads);
            for (var step = 0; step < 10; step++) Assert.True(plan.Step(Fill(plan, step)).Committed);
            return model;
        }).ToArray();
        Expect.SameBits<float>(models[0].Parameters.Span, models[1].Parameters.Span);
    }

    [Fact]
    public void A_norm_beyond_all_numbers_is_not_committed()
    {
        var model = Build();
        using var plan = Compile(model, new ClipByNorm(1));
        var slot = Fill(plan, 1);
        foreach (ref var feature in slot.Features) feature *= 1e25f;
        var before = model.Parameters.Span.ToArray();
        var result = plan.Step(slot);
        Assert.True(float.IsFinite(result.Loss));
        Assert.False(double.IsFinite(result.GradientNorm));
        Assert.False(result.Committed);
        Expect.SameBits<float>(before, model.Parameters.Span);
        plan.Clipping = null;
        Assert.True(plan.Step(slot).Committed);
    }

    private static void Follows(GradientClipping clipping, Func<double[], double[]> book)
    {
        var (plain, clipped) = (Build(), Build());
        using var one = Compile(plain, null);
        using var other = Compile(clipped, clipping);
        var before = plain.Parameters.Span.ToArray();
        var results = (one.Step(Fill(one, 1)), other.Step(Fill(other, 1)));
        Assert.Equal(results.Item1, results.Item2);
        var expected = book(Expect.Widen(one.Gradients.Span.ToArray()));
        Expect.CloseEach(expected, other.Gradients.Span, Tolerances.FloatArithmetic);

        // The first step of momentum is plain descent along what is left of the gradient.
        Expect.CloseEach([.. before.Select((value, i) => value - (Rate * expected[i]))], clipped.Parameters.Span, new Tolerance(1e-7, Tolerances.FloatArithmetic.Relative, "a product and a difference"));
    }

    private static Model Build() => new Sequential(("hidden", new Dense(500)), ("act", new Relu()), ("last", new Dense(Classes))).Build(Shape.Batch(Features), 5);

    private static TrainingPlan Compile(Model model, GradientClipping? clipping, int threads = 2)
    {
        var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = 32, Threads = threads });
        (plan.Clipping, plan.LearningRate) = (clipping, Rate);
        return plan;
    }

    private static BatchSlot Fill(TrainingPlan plan, int seed)
    {
        var random = new SeededRandom((ulong)seed + 100);
        var slot = plan.CreateSlot();
        slot.Fill(random.Floats(32 * Features), random.Labels(32, Classes));
        return slot;
    }
}
