using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Layers.Tests.Layers;

public sealed class DenseTests
{
    private static readonly Shape Pixels = Shape.Batch(784);

    [Fact]
    public void Weight_is_inputs_by_units_and_decays_and_bias_does_not()
    {
        var model = new Sequential(("fc", new Dense(10))).Build(Pixels);
        Assert.Equal(Shape.Batch(10), model.Output.Shape);
        Assert.Equal(["fc.weight [784, 10]", "fc.bias [10]"], model.Parameters.Select(static tensor => tensor.ToString()));
        Assert.Equal([true, false], model.ParameterNodes.Select(static node => node.Decays));
        Assert.Equal(7850, model.Parameters.Elements);
        Assert.Empty(model.DroppedBiases);
    }

    [Fact]
    public void A_bias_before_batch_normalisation_is_dropped()
    {
        var model = new Sequential(("fc", new Dense(10)), ("bn", new BatchNorm()), ("act", new Relu())).Build(Pixels);
        Assert.Equal(["fc.weight", "bn.gamma", "bn.beta"], model.Parameters.Select(static tensor => tensor.Name));
        Assert.Equal<string>(["fc.bias"], model.DroppedBiases);
        Assert.Empty(model.Nodes.OfType<BiasAddNode>());
    }

    [Fact]
    public void A_bias_before_batch_normalisation_is_dropped_in_the_functional_style_too()
    {
        var model = new Functional(static (scope, x) => scope.Apply("bn", new BatchNorm(), scope.Apply("fc", new Dense(10), x))).Build(Pixels);
        Assert.Equal(["fc.weight", "bn.gamma", "bn.beta"], model.Parameters.Select(static tensor => tensor.Name));
        Assert.Equal<string>(["fc.bias"], model.DroppedBiases);
    }

    [Fact]
    public void A_bias_before_frozen_batch_normalisation_stays() => Stays(new Sequential(("fc", new Dense(10)), new BatchNorm(BatchNormOptions.Frozen)));

    [Fact]
    public void A_bias_that_something_else_sees_stays() => Stays(new Functional(static (scope, x) =>
    {
        var product = scope.Apply("fc", new Dense(10), x);
        return new AddNode("sum", scope.Apply("bn", new BatchNorm(), product), product).Output;
    }));

    [Fact]
    public void A_bias_behind_which_something_stands_before_batch_normalisation_stays() =>
        Stays(new Sequential(("fc", new Dense(10)), new Relu(), new BatchNorm()));

    [Fact]
    public void A_bias_that_is_the_output_stays() => Stays(new Sequential(("fc", new Dense(10))));

    [Fact]
    public void A_bias_that_is_always_wanted_stays() =>
        Stays(new Sequential(("fc", new Dense(10, new DenseOptions { Bias = BiasUse.Always })), new BatchNorm()));

    [Fact]
    public void A_bias_that_is_never_wanted_is_not_made()
    {
        var model = new Sequential(("fc", new Dense(10, new DenseOptions { Bias = BiasUse.Never })), new Relu()).Build(Pixels);
        Assert.Equal(["fc.weight"], model.Parameters.Select(static tensor => tensor.Name));
        Assert.Empty(model.DroppedBiases);
    }

    [Fact]
    public void Initialisers_fill_weight_and_bias()
    {
        var options = new DenseOptions { WeightInitializer = new Evenkeel.Graph.Models.Constant(0.5f), BiasInitializer = new Evenkeel.Graph.Models.Constant(-2) };
        var model = new Sequential(("fc", new Dense(3, options))).Build(Shape.Batch(2));
        Assert.All(model.Parameters["fc.weight"].ToArray(), static value => Assert.Equal(0.5f, value));
        Assert.All(model.Parameters["fc.bias"].ToArray(), static value => Assert.Equal(-2f, value));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void A_layer_without_units_is_refused_by_name(int units)
    {
        var error = Assert.Throws<LayerException>(() => new Sequential(("hidden1", new Dense(units))).Build(Pixels));
        Assert.Equal("EK0120", error.Code);
        Assert.Contains($"[Dense 'hidden1'] got units {units}, but expected at least 1.", error.Message);
    }

    [Fact]
    public void An_image_is_refused_with_the_advice_to_flatten_it()
    {
        var error = Assert.Throws<LayerException>(() => new Sequential(("hidden1", new Dense(10))).Build(Shape.Batch(28, 28, 1)));
        Assert.Equal("EK0121", error.Code);
        Assert.Contains("[Dense 'hidden1'] got input [N, 28, 28, 1], but expected [N, features]. Put a Flatten before it.", error.Message);
        Assert.Equal(Shape.Batch(10), new Sequential(new Flatten(), new Dense(10)).Build(Shape.Batch(28, 28, 1)).Output.Shape);
    }

    private static void Stays(Layer network)
    {
        var model = network.Build(Pixels);
        Assert.True(model.Parameters.TryGet("fc.bias", out _));
        Assert.Empty(model.DroppedBiases);
        Assert.Single(model.Nodes.OfType<BiasAddNode>());
    }
}
