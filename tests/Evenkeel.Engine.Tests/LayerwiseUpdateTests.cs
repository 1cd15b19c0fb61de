using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Optimization.Clipping;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Engine.Tests;

/// <summary>Updates that look at whole tensors or look twice: LARS, LAMB, adaptive clipping, sharpness-aware minimisation.</summary>
public sealed class LayerwiseUpdateTests
{
    private const int Features = 30, Classes = 5, Count = 24;
    private const float Rate = 0.1f;

    private static readonly Tolerance Update = new(1e-8, 4e-6, "norms over thousands of floats, and a few roundings");

    [Fact]
    public void Lars_scales_every_tensor_that_decays_by_its_own_norms() => Follows(
        new Lars { Momentum = 0.5f, WeightDecay = 0.01f },
        static (node, w, g) => Book.LayerwiseRates.Lars(w, g, new double[w.Length], Rate, 0.5, 1e-3f, node.Decays ? 0.01f : 0, node.Decays));

    [Fact]
    public void Lamb_scales_every_tensor_that_decays_by_its_own_norms() => Follows(
        new Lamb { WeightDecay = 0.01f },
        static (node, w, g) => Book.LayerwiseRates.Lamb(w, g, new double[w.Length], new double[w.Length], 1, Rate, 0.9, 0.999, 1e-6f, node.Decays ? 0.01f : 0, node.Decays));

    [Fact]
    public void Adaptive_clipping_bounds_units_of_weights_and_whole_vectors() => Follows(
        new Sgd(),
        static (node, w, g) =>
        {
            var clipped = Book.Clipping.ByUnit(g, w, node.Output.Shape.Rank < 2 ? 1 : node.Output.Shape.Channels, 0.001f, 1e-3f);
            Assert.NotEqual(g, clipped);
            Book.Sgd.Step(w, clipped, new double[w.Length], Rate);
        },
        new AdaptiveClip(0.001f));

    [Fact]
    public void Sharpness_aware_minimisation_steps_by_the_gradient_above_and_keeps_the_statistics_of_the_weights_themselves()
    {
        const float Radius = 0.2f;
        var (model, plain, above) = (Build(), Build(), Build());
        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Sam { Inner = new Sgd(), Radius = Radius }, new PlanOptions { Capacity = Count });
        using var usual = TrainingPlan.Compile(plain, new SoftmaxCrossEntropy(), new Sgd(), new PlanOptions { Capacity = Count });
        using var second = GradientPlan.Compile(above, new SoftmaxCrossEntropy(), options: new PlanOptions { Capacity = Count });
        (plan.LearningRate, usual.LearningRate) = (Rate, 0);
        var (x, labels) = Data();
        var first = usual.Step(x, labels);
        foreach (var tensor in above.Parameters)
        {
            for (var i = 0; i < tensor.Length; i++) tensor.Span[i] += (float)(Radius / first.GradientNorm) * usual.Gradients[tensor.Name].Span[i];
        }

        var slot = second.CreateSlot();
        slot.Fill(x, labels);
        second.Run(slot);
        var result = plan.Step(x, labels);
        Assert.Equal((first.Loss, first.Correct, first.GradientNorm, true), (result.Loss, result.Correct, result.GradientNorm, result.Committed));
        Assert.Equal((1, 1), (plan.Attempts, plan.Commits));
        Expect.SameBits<double>(plain.States.Span, model.States.Span);
        foreach (var tensor in model.Parameters)
        {
            var expected = Expect.Widen(plain.Parameters[tensor.Name].Span).Zip(Expect.Widen(second.Gradients[tensor.Name].Span), static (w, g) => w - (Rate * g)).ToArray();
            Expect.Close(expected, tensor.Span, Update, tensor.Name);
            Assert.NotEqual(usual.Gradients[tensor.Name].ToArray(), second.Gradients[tensor.Name].ToArray());
        }
    }

    [Fact]
    public void A_step_whose_point_above_is_not_finite_is_not_committed()
    {
        var model = Build();
        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Sam { Radius = 1e38f }, new PlanOptions { Capacity = Count });
        var (x, labels) = Data();
        var (parameters, states) = (model.Parameters.Span.ToArray(), model.States.Span.ToArray());
        Assert.False(plan.Step(x, labels).Committed);
        Expect.SameBits<float>(parameters, model.Parameters.Span);
        Expect.SameBits<double>(states, model.States.Span);
    }

    [Fact]
    public void All_of_them_give_the_same_bits_for_one_and_two_threads()
    {
        foreach (var method in new UpdateMethod[] { new Lars(), new Lamb(), new Sam { Inner = new Lamb() } })
        {
            var models = new[] { 1, 2 }.Select(threads =>
            {
                var model = Build();
                using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), method, new PlanOptions { Capacity = Count, Threads = threads });
                plan.Clipping = new AdaptiveClip();
                var (x, labels) = Data();
                for (var step = 0; step < 5; step++) Assert.True(plan.Step(x, labels).Committed);
                return model;
            }).ToArray();
            Expect.SameBits<float>(models[0].Parameters.Span, models[1].Parameters.Span, method.Name);
        }
    }

    [Fact]
    public void A_step_in_two_passes_allocates_nothing()
    {
        using var plan = TrainingPlan.Compile(Build(), new SoftmaxCrossEntropy(), new Sam { Inner = new Lamb() }, new PlanOptions { Capacity = Count });
        plan.Clipping = new AdaptiveClip();
        var (x, labels) = Data();
        for (var step = 0; step < 3; step++) plan.Step(x, labels);
        var before = GC.GetAllocatedBytesForCurrentThread();
        plan.Step(x, labels);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    /// <summary>One step against the book, tensor by tensor; a weight of more than one piece is among them.</summary>
    private static void Follows(UpdateMethod method, Action<Graph.Nodes.ParameterNode, double[], double[]> book, GradientClipping? clipping = null)
    {
        var (model, before) = (Build(), Build());
        using var gradients = GradientPlan.Compile(before, new SoftmaxCrossEntropy(), options: new PlanOptions { Capacity = Count });
        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), method, new PlanOptions { Capacity = Count });
        (plan.LearningRate, plan.Clipping) = (Rate, clipping);
        var (x, labels) = Data();
        var slot = gradients.CreateSlot();
        slot.Fill(x, labels);
        gradients.Run(slot);
        Assert.True(plan.Step(x, labels).Committed);
        Assert.Contains(model.Parameters, static tensor => tensor.Length > 16 * 1024);
        foreach (var node in model.ParameterNodes)
        {
            var expected = Expect.Widen(before.Parameters[node.Name].Span);
            book(node, expected, Expect.Widen(gradients.Gradients[node.Name].Span));
            Expect.Close(expected, model.Parameters[node.Name].Span, Update, node.Name);
            Assert.NotEqual(before.Parameters[node.Name].ToArray(), model.Parameters[node.Name].ToArray());
        }
    }

    private static Model Build() => new Sequential(new Dense(700), new BatchNorm(), new Tanh(), new Dense(30), new Tanh(), new Dense(Classes)).Build(Shape.Batch(Features), seed: 3);

    private static (float[] X, int[] Labels) Data() => (new SeededRandom(1).Floats(Count * Features), new SeededRandom(2).Labels(Count, Classes));
}
