using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.TestKit;

namespace Evenkeel.Engine.Tests;

/// <summary>Batch normalisation folded into convolutions at inference.</summary>
public sealed class FoldingTests
{
    private static readonly Tolerance Rounding = new(1e-6, 1e-4, "weights rounded once more, on the scale of the largest output");

    [Theory]
    [InlineData(16)]
    [InlineData(3)]
    public void Convolutions_of_every_kind_take_normalisation_in(int capacity)
    {
        var model = new Sequential(
            new Convolution(8, 3, new ConvolutionOptions { Padding = 1 }), new BatchNorm(), new Relu(),
            new Convolution(8, 3, new ConvolutionOptions { Groups = ConvolutionOptions.Depthwise, Stride = 2, Padding = 1, Bias = BiasUse.Always }), new BatchNorm(), new Relu(),
            new Convolution(12, (1, 2), new ConvolutionOptions { Groups = 4 }), new BatchNorm(),
            new Flatten(), new Dense(5), new BatchNorm()).Build(Shape.Batch(7, 6, 3), 2);
        Train(model, 5);
        using var folded = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = capacity });
        using var plain = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = capacity, DisabledPasses = ["fold-batch-norm"] });
        Assert.True(folded.IsFolded);
        Assert.InRange(folded.FoldingError, 0, 1e-5f);
        Assert.DoesNotContain("normalise", folded.Listing.ToText(passes: false));
        Same(model, folded, plain);

        // New parameters: weights are folded and packed anew, and not before.
        var x = Images(model);
        var before = folded.Run(x).ToArray();
        Train(model, 3);
        Assert.Equal(before, folded.Run(x).ToArray());
        folded.Refresh();
        plain.Refresh();
        Assert.NotEqual(before, folded.Run(x).ToArray());
        Same(model, folded, plain);
    }

    [Fact]
    public void A_transposed_convolution_keeps_its_normalisation()
    {
        var model = new Sequential(new TransposedConvolution(4, 3, new ConvolutionOptions { Stride = 2 }), new BatchNorm(), new GlobalAveragePool()).Build(Shape.Batch(3, 3, 2));
        Train(model, 4);
        using var plan = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = 8 });
        Assert.False(plan.IsFolded);
        Assert.Contains("normalise", plan.Listing.ToText(passes: false));
    }

    [Fact]
    public void A_convolution_that_two_normalisations_read_keeps_both()
    {
        var model = new Functional(static (scope, x) =>
        {
            var shared = scope.Apply("conv", new Convolution(4, 3), x);
            return new Graph.Nodes.AddNode("sum", scope.Apply("bn1", new BatchNorm(), shared), scope.Apply("bn2", new BatchNorm(), shared)).Output;
        }).Build(Shape.Batch(4, 4, 2));
        using var plan = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = 8 });
        Assert.False(plan.IsFolded);
    }

    [Theory]
    [InlineData("resnet20")]
    [InlineData("mobilenetv2")]
    [InlineData("densenet-bc-40-12")]
    public void Whole_networks_fold(string name)
    {
        var model = ModelTable.Create(name, new ModelOptions { Outputs = 5 }).Build(Shape.Batch(16, 16, 3), 1);
        Train(model, 2);
        using var folded = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = 8 });
        using var plain = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = 8, DisabledPasses = ["fold-batch-norm"] });
        Assert.True(folded.IsFolded);
        Same(model, folded, plain);

        // Where normalisation stands behind convolutions, nothing is left of it; DenseNet's first halves stand behind concatenations.
        Assert.Equal(name.StartsWith("densenet", StringComparison.Ordinal), folded.Listing.ToText(passes: false).Contains("normalise", StringComparison.Ordinal));
    }

    private static void Same(Model model, EvaluationPlan folded, EvaluationPlan plain)
    {
        var x = Images(model);
        Expect.Close(Expect.Widen(plain.Run(x)), folded.Run(x), Rounding);
    }

    private static float[] Images(Model model) => new SeededRandom(9).Floats(3 * (int)model.Input.Output.Shape.ElementsPerSample);

    private static void Train(Model model, int steps)
    {
        using var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = 16 });
        plan.LearningRate = 0.001f;
        var random = new SeededRandom(8);
        for (var step = 0; step < steps; step++) Assert.True(plan.Step(random.Floats(16 * (int)model.Input.Output.Shape.ElementsPerSample, 0.5, 1.5), random.Floats(16 * (int)model.Output.Shape.ElementsPerSample)).Committed);
    }
}
