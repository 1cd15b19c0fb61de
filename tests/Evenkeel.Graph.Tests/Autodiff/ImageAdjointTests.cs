using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.Convolution;
using Evenkeel.Numerics.Kernels.Pooling;
using static Evenkeel.Graph.Tests.Autodiff.AdjointCheck;

namespace Evenkeel.Graph.Tests.Autodiff;

/// <summary>The adjoint rules of the nodes that work on images.</summary>
public sealed class ImageAdjointTests
{
    public static TheoryData<ConvolutionShape> Convolutions =>
    [
        new(4, 3, 2, 3, 3, 3) { PaddingTop = 1, PaddingBottom = 1, PaddingLeft = 1, PaddingRight = 1 },
        new(5, 4, 2, 2, 1, 1) { StrideHeight = 2, StrideWidth = 3 },
        new(5, 4, 4, 6, 2, 3) { StrideHeight = 2, PaddingBottom = 1, PaddingLeft = 2, Groups = 2, DilationWidth = 1, DilationHeight = 2 },
        new(3, 3, 3, 6, 2, 2) { Groups = 3, PaddingRight = 1 },
    ];

    [Theory]
    [MemberData(nameof(Convolutions))]
    public void A_convolution_and_both_its_gradients_have_their_gradients(ConvolutionShape geometry)
    {
        var (x, w) = (Input("x", Shape.Batch(geometry.Height, geometry.Width, geometry.Channels)), Input("w", Shape.Of(geometry.KernelHeight, geometry.KernelWidth, geometry.GroupChannels, geometry.Filters)));
        var dy = Input("dy", Shape.Batch(geometry.OutputHeight, geometry.OutputWidth, geometry.Filters));
        Check(new ConvolutionNode("convolution", x, w, geometry).Output, x, w);
        Check(new ConvolutionInputGradientNode("d_input", dy, w, geometry).Output, dy, w);

        // A gradient by the filter has no batch; used as the filter of a convolution it reaches a loss.
        var dw = new ConvolutionFilterGradientNode("d_filter", x, dy, geometry).Output;
        Check(new ConvolutionNode("again", x, dw, geometry).Output, x, dy);
    }

    public static TheoryData<int, int, int, int> Sliding => new() { { 2, 2, 0, 0 }, { 3, 2, 1, 1 }, { 3, 1, 0, 2 }, { 2, 3, 1, 0 } };

    [Theory]
    [MemberData(nameof(Sliding))]
    public void Poolings_have_their_gradients(int window, int stride, int before, int after) =>
        CheckPooling(new PoolingShape(PoolingAxis.Sliding(5, window, stride, before, after), PoolingAxis.Sliding(4, window, stride, after, before), 2));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(7, 4)]
    public void Adaptive_poolings_have_their_gradients(int rows, int columns) =>
        CheckPooling(new PoolingShape(PoolingAxis.Adaptive(5, rows), PoolingAxis.Adaptive(4, columns), 2));

    [Fact]
    public void Slices_and_paddings_have_their_gradients()
    {
        var x = Input("x", Shape.Batch(5, 4, 3));
        var slice = new ImageSlice(new(1, 2, 2), new(0, 2, 3), new(1, 2));
        Check(new SliceNode("slice", x, slice).Output, x);
        var part = Input("part", Shape.Batch(2, 2, 2));
        Check(new ZeroPadNode("pad", part, slice, Shape.Batch(5, 4, 3)).Output, part);
        var row = Input("row", Shape.Batch(6));
        Check(new SliceNode("units", row, ImageSlice.OfChannels(row.Shape, 2, 3)).Output, row);
    }

    [Fact]
    public void Concatenations_have_their_gradients()
    {
        var (x, y, z) = (Input("x", Shape.Batch(3, 2, 2)), Input("y", Shape.Batch(3, 2, 1)), Input("z", Shape.Batch(3, 2, 4)));
        Check(new ConcatenationNode("all", x, y, z).Output, x, y, z);
        Check(new ConcatenationNode("twice", x, x).Output, x);
        var (a, b) = (Input("a", Shape.Batch(2)), Input("b", Shape.Batch(3)));
        Check(new ConcatenationNode("units", a, b).Output, a, b);
    }

    [Fact]
    public void The_gradient_of_an_image_that_nobody_asks_for_is_not_built()
    {
        var geometry = new ConvolutionShape(3, 3, 2, 4, 3, 3);
        var (x, w) = (Input("x", Shape.Batch(3, 3, 2)), Input("w", Shape.Of(3, 3, 2, 4)));
        var y = new ConvolutionNode("first", x, w, geometry).Output;
        var loss = new MeanSquaredErrorNode("loss", y, Input("t", y.Shape)).Loss;
        var gradient = Graph.Autodiff.Differentiation.Gradients(loss, [w])[w];
        Assert.DoesNotContain(NodeOrder.Of(gradient), static node => node is ConvolutionInputGradientNode);
    }

    private static void CheckPooling(PoolingShape geometry)
    {
        var x = Input("x", Shape.Batch(geometry.Rows.Size, geometry.Columns.Size, geometry.Channels));
        var dy = Input("dy", Shape.Batch(geometry.Rows.Outputs, geometry.Columns.Outputs, geometry.Channels));
        Check(new MaxPoolingNode("max", x, geometry).Output, x);
        foreach (var divisor in Enum.GetValues<PoolingDivisor>())
        {
            Check(new AveragePoolingNode("average", x, geometry, divisor).Output, x);
            Check(new AveragePoolingBackwardNode("adjoint", dy, geometry, divisor).Output, dy);
        }
    }
}
