using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Tests.Autodiff;

public sealed class DifferentiationTests
{
    private readonly Value _input = new InputNode("x", Shape.Batch(4)).Output;
    private readonly Value _labels = new InputNode("labels", Shape.Batch(), ElementKind.Integer).Output;
    private readonly Value _weight1 = new ParameterNode("w1", Shape.Of(4, 3), Constant.One, decays: true).Output;
    private readonly Value _weight2 = new ParameterNode("w2", Shape.Of(3, 3), Constant.One, decays: true).Output;

    [Fact]
    public void The_gradient_of_the_first_layers_input_is_not_built()
    {
        var gradients = Differentiation.Gradients(Loss(), [_weight1, _weight2]);
        var products = NodeOrder.Of([.. gradients.Values]).OfType<MatrixProductNode>().Select(static node => node.Name).Order();
        Assert.Equal(["fc1", "fc1.d_right", "fc2", "fc2.d_left", "fc2.d_right"], products);
    }

    [Fact]
    public void Only_what_the_wanted_gradients_need_is_built()
    {
        var gradients = Differentiation.Gradients(Loss(), [_weight2]);
        Assert.Equal([_weight2], gradients.Keys);
        Assert.DoesNotContain(NodeOrder.Of([.. gradients.Values]), static node => node.Name is "fc1.d_right" or "fc2.d_left");
    }

    [Fact]
    public void The_gradient_of_a_loss_starts_from_its_own_sweep()
    {
        var gradients = Differentiation.Gradients(Loss(), [_weight2]);
        var product = Assert.IsType<MatrixProductNode>(gradients[_weight2].Producer);
        Assert.True(product is { TransposeLeft: true, TransposeRight: false });
        Assert.Equal("loss.gradient", product.Inputs[1].Name);
        Assert.Empty(NodeOrder.Of(gradients[_weight2]).OfType<ScaleNode>());
    }

    [Fact]
    public void Gradients_that_meet_are_added()
    {
        var sum = new AddNode("sum", new MatrixProductNode("left", _input, _weight1).Output, new MatrixProductNode("right", _input, _weight1).Output).Output;
        var gradient = Differentiation.Gradients(Loss(sum), [_weight1])[_weight1];
        var meeting = Assert.IsType<AddNode>(gradient.Producer);
        Assert.Equal("w1.d_sum", meeting.Name);
        Assert.Equal(["left.d_right", "right.d_right"], meeting.Inputs.Select(static input => input.Name).Order());
    }

    [Fact]
    public void What_the_loss_does_not_depend_on_has_no_gradient()
    {
        var other = new ParameterNode("other", Shape.Of(3), Constant.One, decays: false).Output;
        Assert.Equal([_weight2], Differentiation.Gradients(Loss(), [_weight2, other]).Keys);
    }

    [Fact]
    public void The_same_graph_gives_the_same_nodes_in_the_same_order()
    {
        string[] Names() => [.. NodeOrder.Of([.. Differentiation.Gradients(Loss(), [_weight1, _weight2]).Values]).Select(static node => node.Name)];
        Assert.Equal(Names(), Names());
    }

    [Fact]
    public void A_loss_that_is_no_number_is_refused()
    {
        var error = Assert.Throws<GraphException>(() => Differentiation.Gradients(_input, [_input]));
        Assert.Equal("EK0103", error.Code);
        Assert.Contains("[x] the loss has shape [N, 4]", error.Message);
    }

    [Fact]
    public void A_gradient_through_a_node_without_adjoint_is_refused()
    {
        var opaque = new OpaqueNode(_input);
        var error = Assert.Throws<GraphException>(() => Differentiation.Gradients(Loss(new MatrixProductNode("fc1", opaque.Output, _weight1).Output), [_input]));
        Assert.Equal("EK0102", error.Code);
        Assert.Contains("[opaque] a gradient was asked for, but Opaque has no adjoint rule.", error.Message);

        // Before it nothing is asked for, so it is no obstacle.
        Assert.Single(Differentiation.Gradients(Loss(new MatrixProductNode("fc1", opaque.Output, _weight1).Output), [_weight1]));
    }

    private Value Loss(Value? hidden = null) =>
        new SoftmaxCrossEntropyNode("loss", new MatrixProductNode("fc2", hidden ?? new MatrixProductNode("fc1", _input, _weight1).Output, _weight2).Output, _labels).Loss;

    private sealed class OpaqueNode : Node
    {
        public OpaqueNode(Value input)
            : base("opaque", input) => Output = AddOutput(input.Shape);

        public Value Output { get; }

        public override Node WithInputs(ImmutableArray<Value> inputs) => new OpaqueNode(inputs[0]);
    }
}
