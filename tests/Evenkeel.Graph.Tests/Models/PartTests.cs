using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Tests.Models;

public sealed class PartTests
{
    [Fact]
    public void A_chain_can_be_cut_behind_every_node_but_the_last() =>
        Assert.Equal(["fc1", "relu1", "fc2", "sum"], CutValues.Of(Build()).Select(static value => value.Name));

    [Fact]
    public void Nothing_can_be_cut_where_two_values_are_on_their_way()
    {
        // relu2 is on one of two ways from fc2 to their sum.
        Assert.DoesNotContain(CutValues.Of(Build()), static value => value.Name == "relu2");
    }

    [Fact]
    public void A_part_reads_the_models_own_memory_and_has_only_its_own_tensors()
    {
        var model = Build();
        var cut = CutValues.Of(model).Single(static value => value.Name == "relu1");
        var (low, high) = (model.Part(model.Input.Output, cut), model.Part(cut, model.Output));
        Assert.Equal(["w1"], low.ParameterNodes.Select(static node => node.Name));
        Assert.Equal(["w2", "w3"], high.ParameterNodes.Select(static node => node.Name).Order(StringComparer.Ordinal));
        Assert.Same(model.Parameters, high.Parameters);
        Assert.Equal(Shape.Batch(3), high.Input.Output.Shape);
        Assert.Same(model.Input, low.Input);
        Assert.DoesNotContain(high.Nodes, static node => node.Name is "fc1" or "relu1");
        Assert.Equal(["fc2", "relu2", "sum", "fc3"], high.Nodes.Where(static node => node is not (ParameterNode or InputNode)).Select(static node => node.Name));
    }

    [Fact]
    public void A_pullback_starts_from_the_cotangent_that_it_is_given()
    {
        var model = Build();
        var cotangent = new InputNode("cotangent", model.Output.Shape).Output;
        var weight = model.ParameterNodes.Single(static node => node.Name == "w3").Output;
        var product = Assert.IsType<MatrixProductNode>(Differentiation.Pullback(model.Output, cotangent, [weight])[weight].Producer);
        Assert.True(product is { TransposeLeft: true });
        Assert.Same(cotangent, product.Inputs[1]);
    }

    [Fact]
    public void A_cotangent_of_another_shape_is_refused()
    {
        var model = Build();
        var error = Assert.Throws<GraphException>(() => Differentiation.Pullback(model.Output, new InputNode("cotangent", Shape.Batch(5)).Output, []));
        Assert.Equal("EK0101", error.Code);
        Assert.Contains("[N, 5]", error.Message, StringComparison.Ordinal);
    }

    private static Model Build()
    {
        var input = new InputNode("x", Shape.Batch(4));
        Value Product(string name, Value value, string weight, int units) =>
            new MatrixProductNode(name, value, new ParameterNode(weight, Shape.Of(value.Shape.Channels, units), Constant.One, decays: true).Output).Output;
        var first = new ActivationNode("relu1", Product("fc1", input.Output, "w1", 3), "relu").Output;
        var second = Product("fc2", first, "w2", 3);
        var sum = new AddNode("sum", new ActivationNode("relu2", second, "relu").Output, second).Output;
        return new Model(input, Product("fc3", sum, "w3", 2), 0);
    }
}
