using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Tests.Nodes;

public sealed class ShapeRuleTests
{
    [Theory]
    [InlineData(false, false, 20)]
    [InlineData(true, false, 20)]
    [InlineData(false, true, 20)]
    [InlineData(true, true, 20)]
    public void A_product_of_fixed_matrices_has_rows_of_A_and_columns_of_B(bool transposeLeft, bool transposeRight, long multiplyAdds)
    {
        var left = Value(transposeLeft ? Shape.Of(5, 2) : Shape.Of(2, 5));
        var right = Value(transposeRight ? Shape.Of(2, 5) : Shape.Of(5, 2));
        var product = new MatrixProductNode("p", left, right, transposeLeft, transposeRight);
        Assert.Equal(Shape.Of(2, 2), product.Output.Shape);
        Assert.Equal(multiplyAdds, product.MultiplyAdds);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_product_of_samples_with_a_matrix_has_a_row_per_sample(bool transposeRight)
    {
        var product = new MatrixProductNode("p", Value(Shape.Batch(5)), Value(transposeRight ? Shape.Of(3, 5) : Shape.Of(5, 3)), false, transposeRight);
        Assert.Equal(Shape.Batch(3), product.Output.Shape);
        Assert.Equal(15, product.MultiplyAdds);
    }

    [Fact]
    public void A_product_over_the_samples_is_a_fixed_matrix()
    {
        var product = new MatrixProductNode("p", Value(Shape.Batch(5)), Value(Shape.Batch(3)), transposeLeft: true);
        Assert.Equal(Shape.Of(5, 3), product.Output.Shape);
        Assert.Equal(15, product.MultiplyAdds);
    }

    public static TheoryData<Shape, Shape, bool, bool, string> Misfits => new()
    {
        { Shape.Batch(5), Shape.Of(4, 3), false, false, "inner sizes that agree" },
        { Shape.Batch(5), Shape.Of(5, 3), false, true, "inner sizes that agree" },
        { Shape.Batch(5), Shape.Batch(3), false, false, "inner sizes that agree" },
        { Shape.Batch(5), Shape.Batch(5), false, true, "columns that are not the count N" },
        { Shape.Of(2, 5), Shape.Batch(5), false, true, "columns that are not the count N" },
        { Shape.Batch(2, 5), Shape.Batch(3, 5), true, false, "as many places" },
        { Shape.Batch(5), Shape.Of(5), false, false, "two matrices" },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void A_product_that_does_not_fit_is_refused(Shape left, Shape right, bool transposeLeft, bool transposeRight, string expected)
    {
        var error = Assert.Throws<GraphException>(() => new MatrixProductNode("fc", Value(left), Value(right), transposeLeft, transposeRight));
        Assert.Equal("EK0101", error.Code);
        Assert.Contains($"[fc] got A {left}", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Element_wise_nodes_want_one_shape()
    {
        var (left, right) = (Value(Shape.Batch(3)), Value(Shape.Of(3)));
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new AddNode("n", left, right)).Code);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new MultiplyNode("n", left, right)).Code);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new MeanSquaredErrorNode("n", left, right)).Code);
        Assert.Contains("[n] got [N, 3] and [3], but expected two equal shapes.", Assert.Throws<GraphException>(() => new AddNode("n", left, right)).Message);
    }

    [Fact]
    public void A_bias_has_one_number_per_channel()
    {
        Assert.Equal(Shape.Batch(8, 3), new BiasAddNode("b", Value(Shape.Batch(8, 3)), Value(Shape.Of(3))).Output.Shape);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new BiasAddNode("b", Value(Shape.Batch(8, 3)), Value(Shape.Of(8)))).Code);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new BiasAddNode("b", Value(Shape.Batch(3)), Value(Shape.Batch(3)))).Code);
    }

    [Fact]
    public void Slopes_are_one_per_channel_and_maxout_divides_the_channels()
    {
        Assert.Equal(Shape.Batch(8, 3), new PreluNode("p", Value(Shape.Batch(8, 3)), Value(Shape.Of(3))).Output.Shape);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new PreluNode("p", Value(Shape.Batch(8, 3)), Value(Shape.Of(8)))).Code);
        Assert.Equal(Shape.Batch(8, 3), new MaxoutNode("m", Value(Shape.Batch(8, 6)), 2).Output.Shape);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new MaxoutNode("m", Value(Shape.Batch(5)), 2)).Code);
        Assert.Equal("EK0105", Assert.Throws<GraphException>(() => new MaxoutNode("m", Value(Shape.Batch(5)), 0)).Code);
    }

    [Fact]
    public void A_view_keeps_the_number_of_elements_and_the_batch()
    {
        Assert.Equal(Shape.Batch(6), new ReshapeNode("r", Value(Shape.Batch(2, 3)), Shape.Batch(6)).Output.Shape);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new ReshapeNode("r", Value(Shape.Batch(2, 3)), Shape.Batch(5))).Code);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new ReshapeNode("r", Value(Shape.Batch(2, 3)), Shape.Of(6))).Code);
    }

    [Fact]
    public void A_scale_wants_a_single_number() =>
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new ScaleNode("s", Value(Shape.Batch(3)), Value(Shape.Of(1)))).Code);

    [Fact]
    public void A_softmax_wants_logits_and_integer_labels()
    {
        var (logits, labels) = (Value(Shape.Batch(3)), new InputNode("l", Shape.Batch(), ElementKind.Integer).Output);
        Assert.Equal(Shape.Scalar, new SoftmaxCrossEntropyNode("s", logits, labels).Loss.Shape);
        foreach (var (badLogits, badLabels) in new[] { (logits, Value(Shape.Batch())), (Value(Shape.Batch(2, 3)), labels), (Value(Shape.Of(3, 3)), labels), (logits, new InputNode("l", Shape.Batch(3), ElementKind.Integer).Output) })
            Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new SoftmaxCrossEntropyNode("s", badLogits, badLabels)).Code);
    }

    [Fact]
    public void Normalisations_of_samples_want_channels_and_groups_that_divide_them()
    {
        var (x, three, two) = (Value(Shape.Batch(8, 3)), Value(Shape.Of(3)), Value(Shape.Of(2)));
        Assert.Equal(Shape.Batch(8, 3), new LayerNormNode("n", x, three, three, 1e-5f).Saved.Shape);
        Assert.Equal(Shape.Batch(5, 3), new GroupNormNode("n", x, three, three, 3, 1e-5f).Saved.Shape);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new LayerNormNode("n", x, two, three, 1e-5f)).Code);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new LayerNormNode("n", Value(Shape.Of(8, 3)), null, null, 1e-5f)).Code);
        Assert.Equal("EK0105", Assert.Throws<GraphException>(() => new LayerNormNode("n", x, null, null, 0)).Code);
        Assert.Equal("EK0105", Assert.Throws<GraphException>(() => new GroupNormNode("n", x, null, null, 2, 1e-5f)).Code);
        Assert.Equal("EK0105", Assert.Throws<GraphException>(() => new GroupNormNode("n", Value(Shape.Batch(3)), null, null, 3, 1e-5f)).Code);
        foreach (Node node in new Node[]
        {
            new LayerNormNode("n", x, three, null, 1e-3f, false), new LayerNormNode("n", x, null, three, 1e-3f), new LayerNormBackwardNode("b", x, new LayerNormNode("n", x, three, null, 1e-3f)),
            new GroupNormNode("n", x, null, three, 3, 1e-3f), new GroupNormBackwardNode("b", x, new GroupNormNode("n", x, null, null, 1, 1e-3f)),
        }) Same(node);
    }

    [Fact]
    public void Losses_of_elements_want_one_shape_and_distributions_want_classes()
    {
        var (left, right) = (Value(Shape.Batch(3)), Value(Shape.Batch(4)));
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new MeanAbsoluteErrorNode("l", left, right)).Code);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new BinaryCrossEntropyNode("l", left, right)).Code);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new HingeNode("l", left, right)).Code);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new HuberNode("l", left, right, 1)).Code);
        Assert.Equal("EK0105", Assert.Throws<GraphException>(() => new HuberNode("l", left, left, 0)).Code);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new SoftCrossEntropyNode("l", left, right)).Code);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new SoftCrossEntropyNode("l", Value(Shape.Batch(2, 3)), Value(Shape.Batch(2, 3)))).Code);
    }

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1f)]
    [InlineData(float.NaN)]
    public void A_dropout_rate_outside_its_range_is_refused(float rate)
    {
        var error = Assert.Throws<GraphException>(() => new DropoutNode("d", Value(Shape.Batch(3)), rate));
        Assert.Equal("EK0105", error.Code);
        Assert.Contains("a probability in [0, 1)", error.Message);
    }

    [Fact]
    public void Batch_normalisation_wants_a_batch_and_one_number_per_channel()
    {
        var (three, two) = (Value(Shape.Of(3)), Value(Shape.Of(2)));
        Assert.Equal(Shape.Batch(8, 8, 3), new BatchNormNode("bn", Value(Shape.Batch(8, 8, 3)), three, three, three, three, two, BatchNormOptions.Default).Output.Shape);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new BatchNormNode("bn", Value(Shape.Batch(3)), two, three, three, three, two, BatchNormOptions.Default)).Code);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new BatchNormNode("bn", Value(Shape.Batch(3)), null, null, two, three, two, BatchNormOptions.Default)).Code);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new BatchNormNode("bn", Value(Shape.Of(4, 3)), null, null, three, three, two, BatchNormOptions.Default)).Code);
        Assert.Equal("EK0105", Assert.Throws<GraphException>(() => new BatchNormNode("bn", Value(Shape.Batch(3)), null, null, three, three, two, new BatchNormOptions { Epsilon = float.NaN })).Code);
    }

    [Fact]
    public void Rebuilding_a_node_on_its_own_inputs_changes_nothing()
    {
        var (x, vector, two) = (Value(Shape.Batch(3)), Value(Shape.Of(3)), Value(Shape.Of(2)));
        var scalar = Value(Shape.Scalar);
        var labels = new InputNode("l", Shape.Batch(), ElementKind.Integer).Output;
        var activation = new ActivationNode("g", x, "relu");
        foreach (var norm in new[] { new BatchNormNode("bn", x, vector, vector, vector, vector, two, BatchNormOptions.Frozen), new BatchNormNode("bn", x, null, vector, vector, vector, two, BatchNormOptions.Default), new BatchNormNode("bn", x, vector, null, vector, vector, two, BatchNormOptions.Default) })
        {
            var again = Assert.IsType<BatchNormNode>(norm.WithInputs(norm.Inputs));
            Assert.Equal((norm.Options, norm.Gamma, norm.Beta, norm.RunningMean, norm.RunningVariance, norm.RunningWeight), (again.Options, again.Gamma, again.Beta, again.RunningMean, again.RunningVariance, again.RunningWeight));
            Same(norm);
            Same(new BatchNormBackwardNode("b", x, norm));
        }

        Node[] nodes =
        [
            new MatrixProductNode("p", x, Value(Shape.Of(2, 3)), false, true), new BiasAddNode("b", x, vector, true), new ColumnSumNode("c", x), new AddNode("a", x, x), new MultiplyNode("m", x, x),
            new ScaleNode("s", x, scalar), new ReshapeNode("r", x, Shape.Batch(3, 1)), activation, new ActivationBackwardNode("gb", x, activation), new DropoutNode("d", x, 0.5f),
            new SoftmaxCrossEntropyNode("sce", x, labels), new MeanSquaredErrorNode("mse", x, x), new OneNode("one"),
            new MeanAbsoluteErrorNode("mae", x, x), new HuberNode("h", x, x, 2), new BinaryCrossEntropyNode("bce", x, x), new HingeNode("hinge", x, x), new SoftCrossEntropyNode("soft", x, x, true),
            new PreluNode("p", x, vector), new PreluBackwardNode("p", x, x, vector), new PreluSlopeNode("p", x, x), new MaxoutNode("m", x, 3), new MaxoutBackwardNode("m", Value(Shape.Batch(1)), x, 3),
        ];
        Assert.All(nodes, Same);
        Assert.True(Assert.IsType<BiasAddNode>(nodes[1].WithInputs(nodes[1].Inputs)).DropIfCancelled);
        Assert.True(Assert.IsType<MatrixProductNode>(nodes[0].WithInputs(nodes[0].Inputs)).TransposeRight);
    }

    private static void Same(Node node)
    {
        var again = node.WithInputs(node.Inputs);
        Assert.Equal((node.GetType(), node.ToString()), (again.GetType(), again.ToString()));
        Assert.Equal(node.Inputs.AsEnumerable(), again.Inputs.AsEnumerable());
        Assert.Equal(node.Outputs.Select(static output => output.ToString()), again.Outputs.Select(static output => output.ToString()));
    }

    private static Value Value(Shape shape) => new InputNode("v", shape).Output;
}
