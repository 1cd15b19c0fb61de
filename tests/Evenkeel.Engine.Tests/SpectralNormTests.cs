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

/// <summary>Spectral normalisation beyond one pass, which <see cref="LayerPlanTests"/> holds.</summary>
public sealed class SpectralNormTests
{
    private static readonly Tolerance Trajectory = new(1e-6, 2e-5, "four steps in float");

    [Theory]
    [InlineData("dense")]
    [InlineData("convolution")]
    public void Four_steps_and_an_evaluation_are_those_of_pytorch(string name)
    {
        var golden = Golden.Load("spectral-norm");
        var x = golden.Array($"{name}.x");
        Layer layer = name == "dense"
            ? new Dense(5, new DenseOptions { Bias = BiasUse.Never, Reparametrization = WeightReparametrization.Spectral })
            : new Convolution(4, 3, new ConvolutionOptions { Padding = 1, Bias = BiasUse.Never, Reparametrization = WeightReparametrization.Spectral });
        var model = new Sequential(("tested", layer)).Build(Shape.Batch(x.Shape[1..]), 1);
        model.Parameters["tested.weight"].CopyFrom(golden.Floats($"{name}.weight"));
        golden[$"{name}.u"].CopyTo(model.States["tested.spectral_u"].Span);
        golden[$"{name}.v"].CopyTo(model.States["tested.spectral_v"].Span);
        var count = x.Shape[0];
        using (var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Sgd(), new PlanOptions { Capacity = count, Threads = 2 }))
        {
            plan.LearningRate = 0.5f;
            var targets = new float[count * model.Output.Shape.ElementsPerSample];
            foreach (var loss in golden[$"{name}.losses"]) Assert.Equal(loss, plan.Step(golden.Floats($"{name}.x"), targets).Loss, 2e-5 * loss);
        }

        Expect.Close(golden[$"{name}.final_weight"], model.Parameters["tested.weight"].Span, Trajectory);
        Expect.Close(golden[$"{name}.final_u"], Array.ConvertAll(model.States["tested.spectral_u"].ToArray(), static value => (float)value), Trajectory);
        Expect.Close(golden[$"{name}.final_v"], Array.ConvertAll(model.States["tested.spectral_v"].ToArray(), static value => (float)value), Trajectory);
        using var evaluation = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = count });
        Expect.Close(golden[$"{name}.evaluated"], evaluation.Run(golden.Floats($"{name}.x")), Trajectory);
    }

    [Fact]
    public void First_vectors_belong_to_the_first_weights_so_that_evaluation_is_right_before_any_step()
    {
        var model = Build();
        var w = Expect.Widen(model.Parameters["a.weight"].Span);
        var settled = Reference.SpectralNorm.Forward(w, model.States["a.spectral_v"].ToArray(), model.States["a.spectral_u"].ToArray(), 200);
        var first = Reference.SpectralNorm.Forward(w, model.States["a.spectral_v"].ToArray(), model.States["a.spectral_u"].ToArray(), 0);
        Assert.Equal(settled.Sigma, first.Sigma, 0.02 * settled.Sigma);
    }

    [Fact]
    public void A_step_that_is_not_committed_moves_no_vector()
    {
        var model = Build();
        var before = Vectors(model);
        var x = new SeededRandom(1).Floats(8 * 6);
        using (var gradient = GradientPlan.Compile(model, new SoftmaxCrossEntropy(), options: new PlanOptions { Capacity = 8 }))
        {
            var slot = gradient.CreateSlot();
            slot.Fill(x, [0, 1, 2, 0, 1, 2, 0, 1]);
            gradient.Run(slot);
        }

        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Sgd(), new PlanOptions { Capacity = 8 });
        x[3] = float.NaN;
        Assert.False(plan.Step(x, [0, 1, 2, 0, 1, 2, 0, 1]).Committed);
        Assert.Equal(before, Vectors(model));
        x[3] = 0;
        Assert.True(plan.Step(x, [0, 1, 2, 0, 1, 2, 0, 1]).Committed);
        Assert.NotEqual(before, Vectors(model));
    }

    [Fact]
    public void Two_passes_of_a_step_and_micro_batches_take_one_iteration()
    {
        var (plain, twice, parts) = (Build(), Build(), Build());
        var x = new SeededRandom(1).Floats(8 * 6);
        int[] labels = [0, 1, 2, 0, 1, 2, 0, 1];
        Step(plain, new Sgd());
        Step(twice, new Sam { Inner = new Sgd() });
        Assert.Equal(plain.States["a.spectral_u"].ToArray(), twice.States["a.spectral_u"].ToArray());
        using var plan = TrainingPlan.Compile(parts, new SoftmaxCrossEntropy(), new Sgd(), new PlanOptions { Capacity = 4, Threads = 1 });
        BatchSlot[] slots = [plan.CreateSlot(), plan.CreateSlot()];
        slots[0].Fill(x.AsSpan(0, 24), labels.AsSpan(0, 4));
        slots[1].Fill(x.AsSpan(24), labels.AsSpan(4));
        Assert.True(plan.Step(slots, AccumulatedStatistics.Averaged).Committed);
        Assert.Equal(plain.States["a.spectral_v"].ToArray(), parts.States["a.spectral_v"].ToArray());

        void Step(Model model, UpdateMethod method)
        {
            using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), method, new PlanOptions { Capacity = 8, Threads = 1 });
            Assert.True(plan.Step(x, labels).Committed);
        }
    }

    [Fact]
    public void Frozen_layers_keep_their_vectors_and_others_still_train()
    {
        var built = Build();
        var frozen = FreezeLayers.Apply(built.Output, static name => name.StartsWith("a.", StringComparison.Ordinal));
        var model = new Model(NodeOrder.Of(frozen).OfType<InputNode>().Single(), frozen, 3);
        var before = model.States["a.spectral_u"].ToArray();
        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Sgd(), new PlanOptions { Capacity = 8, Threads = 1 });
        Assert.True(plan.Step(new SeededRandom(1).Floats(8 * 6), [0, 1, 2, 0, 1, 2, 0, 1]).Committed);
        Assert.Equal(before, model.States["a.spectral_u"].ToArray());
        Assert.NotEqual(built.Parameters["b.weight"].ToArray(), model.Parameters["b.weight"].ToArray());
    }

    [Fact]
    public void What_is_no_weight_is_refused()
    {
        Value Vector(int count) => new StateNode("v", Shape.Of(count), Constant.One).Output;
        var weight = new ParameterNode("w", Shape.Of(3, 2), Constant.One, false).Output;
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new SpectralNormNode("n", weight, Vector(2), Vector(3))).Code);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new SpectralNormNode("n", new InputNode("x", Shape.Batch(3)).Output, Vector(1), Vector(3))).Code);
        Assert.Equal("EK0105", Assert.Throws<GraphException>(() => new WeightNormNode("n", weight, null, WeightReparametrization.Spectral)).Code);
    }

    private static double[] Vectors(Model model) => [.. model.States["a.spectral_u"].Span, .. model.States["a.spectral_v"].Span];

    private static Model Build() =>
        new Sequential(("a", new Dense(9, new DenseOptions { Reparametrization = WeightReparametrization.Spectral })), ("act", new Relu()), ("b", new Dense(3))).Build(Shape.Batch(6), 3);
}
