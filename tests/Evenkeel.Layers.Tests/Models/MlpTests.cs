using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Models;

namespace Evenkeel.Layers.Tests.Models;

public sealed class MlpTests
{
    [Fact]
    public void The_papers_network_has_the_papers_parameters()
    {
        var model = Mlp.Create(new ModelOptions { Outputs = 10, Activation = "sigmoid" }).Build(Shape.Batch(28, 28, 1));
        Assert.Equal(
            ["hidden1.weight [784, 100]", "hidden2.weight [100, 100]", "hidden3.weight [100, 100]", "output.weight [100, 10]",
             "hidden1.bn.gamma [100]", "hidden1.bn.beta [100]", "hidden2.bn.gamma [100]", "hidden2.bn.beta [100]", "hidden3.bn.gamma [100]", "hidden3.bn.beta [100]", "output.bias [10]"],
            model.Parameters.Select(static tensor => tensor.ToString()));
        Assert.Equal<string>(["hidden1.bias", "hidden2.bias", "hidden3.bias"], model.DroppedBiases);
        Assert.Equal(Shape.Batch(10), model.Output.Shape);
        Assert.Equal(3, model.Nodes.OfType<ActivationNode>().Count(static node => node.Activation == "sigmoid"));
    }

    [Fact]
    public void Without_normalisation_every_layer_has_its_bias()
    {
        var model = Mlp.Create(new ModelOptions { Outputs = 10, Normalization = NormalizationKind.None, Hidden = [7, 5] }).Build(Shape.Batch(3));
        Assert.Empty(model.States);
        Assert.Empty(model.DroppedBiases);
        Assert.Equal((3 * 7) + 7 + (7 * 5) + 5 + (5 * 10) + 10, model.Parameters.Elements);
    }

    [Fact]
    public void Dropout_stands_behind_every_nonlinearity_and_nowhere_else()
    {
        var model = Mlp.Create(new ModelOptions { Outputs = 10, Dropout = 0.5f, Hidden = [7, 5] }).Build(Shape.Batch(3));
        Assert.Equal(["hidden1.activation", "hidden2.activation"], model.Nodes.OfType<DropoutNode>().Select(static node => node.Inputs[0].Producer.Name));
    }

    [Fact]
    public void No_hidden_layer_makes_a_linear_model() =>
        Assert.Equal(["output.weight", "output.bias"], Mlp.Create(new ModelOptions { Outputs = 2, Hidden = [] }).Build(Shape.Batch(3)).Parameters.Select(static tensor => tensor.Name));

    [Fact]
    public void The_initialiser_follows_the_nonlinearity_unless_it_is_given()
    {
        Assert.Same(He.Normal, FirstInitializer(new ModelOptions { Outputs = 2 }));
        Assert.Same(Glorot.Normal, FirstInitializer(new ModelOptions { Outputs = 2, Activation = "tanh" }));
        Assert.Same(LeCun.Normal, Mlp.Create(new ModelOptions { Outputs = 2 }).Build(Shape.Batch(3)).ParameterNodes.Single(static node => node.Name == "output.weight").Initializer);
        var own = new Normal(0.1f);
        Assert.Same(own, FirstInitializer(new ModelOptions { Outputs = 2, WeightInitializer = own }));
    }

    [Fact]
    public void The_table_has_the_models_by_name()
    {
        Assert.Contains("mlp", ModelTable.Names);
        Assert.Equal(2, ModelTable.Create("mlp", new ModelOptions { Outputs = 2 }).Build(Shape.Batch(3)).Output.Shape.Channels);
        var error = Assert.Throws<LayerException>(() => ModelTable.Create("mpl", new ModelOptions { Outputs = 2 }));
        Assert.Equal("EK0122", error.Code);
        Assert.Contains("there is no model 'mpl'. Did you mean 'mlp'?", error.Message);
        Assert.Equal("EK0128", Assert.Throws<LayerException>(() => ModelTable.Register("mlp", Mlp.Create)).Code);
    }

    [Theory]
    [InlineData(0, 100, "[Dense 'output'] got units 0")]
    [InlineData(10, 0, "[Dense 'hidden1'] got units 0")]
    public void Impossible_sizes_are_refused_by_the_layer_that_has_them(int outputs, int hidden, string message) =>
        Assert.Contains(message, Assert.Throws<LayerException>(() => Mlp.Create(new ModelOptions { Outputs = outputs, Hidden = [hidden] }).Build(Shape.Batch(3))).Message);

    private static Evenkeel.Graph.Models.Initializer FirstInitializer(ModelOptions options) =>
        Mlp.Create(options).Build(Shape.Batch(3)).ParameterNodes[0].Initializer;
}
