using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.TestKit;
using Evenkeel.Training.Initialization;

namespace Evenkeel.Training.Tests.Initialization;

public sealed class LayerSequentialUnitVarianceTests
{
    private const int Samples = 256, Features = 20;

    private static readonly float[] Batch = new SeededRandom(6).Floats(Samples * Features, 2, 5);

    [Theory]
    [InlineData("relu")]
    [InlineData("tanh")]
    [InlineData("sigmoid")]
    public void Every_layers_products_have_variance_one(string activation)
    {
        var model = Deep(activation);
        var report = LayerSequentialUnitVariance.Apply(model, Batch, tolerance: 0.02);
        Assert.Equal(model.ParameterNodes.Where(static node => node.Decays).Select(static node => node.Name), report.Select(static layer => layer.Weight));
        Assert.Contains(report, static layer => layer.Passes > 0 && Math.Abs(layer.VarianceBefore - 1) > 0.1);
        using var plan = ObservationPlan.Compile(model, [.. model.Nodes.OfType<MatrixProductNode>().Select(static node => node.Output)], training: true, new PlanOptions { Capacity = Samples });
        plan.Slot.Fill(Batch);
        plan.Run(plan.Slot);
        foreach (var (layer, node) in report.Zip(model.Nodes.OfType<MatrixProductNode>()))
        {
            var values = plan.Read(node.Output).ToArray();
            var mean = values.Average(static v => (double)v);
            var variance = values.Average(v => (v - mean) * (v - mean));
            Assert.Equal(1, variance, 0.021);
            Assert.Equal(layer.Variance, variance, 1e-6);
        }
    }

    [Fact]
    public void Only_weights_change_and_the_same_seed_gives_the_same_bits()
    {
        var (first, second) = (Deep("relu"), Deep("relu"));
        var biases = first.ParameterNodes.Where(static node => !node.Decays).ToDictionary(static node => node.Name, node => first.Parameters[node.Name].ToArray());
        LayerSequentialUnitVariance.Apply(first, Batch, options: new PlanOptions { Threads = 1 });
        LayerSequentialUnitVariance.Apply(second, Batch, options: new PlanOptions { Threads = 2 });
        Expect.SameBits<float>(first.Parameters.Span, second.Parameters.Span);
        Assert.All(biases, pair => Assert.Equal(pair.Value, first.Parameters[pair.Key].ToArray()));
    }

    [Fact]
    public void A_batch_that_says_nothing_is_refused()
    {
        Assert.Equal("EK0540", Assert.Throws<TrainingException>(() => LayerSequentialUnitVariance.Apply(Deep("relu"), Batch.AsSpan(1))).Code);
        var error = Assert.Throws<TrainingException>(() => LayerSequentialUnitVariance.Apply(Deep("relu"), new float[Samples * Features]));
        Assert.Equal("EK0540", error.Code);
        Assert.Contains("[LayerSequentialUnitVariance, dense1.weight] got products of variance 0, but expected products that vary", error.Message);
    }

    private static Model Deep(string activation) => new Sequential(
        [.. Enumerable.Range(0, 8).SelectMany(i => new NamedLayer[] { new Dense(30 + (5 * (i % 2))), new Activation(activation) }), new Dense(4)]).Build(Shape.Batch(Features), 2);
}
