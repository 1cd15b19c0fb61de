using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.Convolution;
using Evenkeel.Numerics.Kernels.Pooling;

namespace Evenkeel.Graph.Tests.Nodes;

public sealed class ImageShapeRuleTests
{
    private static readonly ConvolutionShape Geometry = new(8, 6, 4, 10, 3, 3) { StrideHeight = 2, StrideWidth = 2, PaddingTop = 1, PaddingLeft = 1, PaddingBottom = 1, PaddingRight = 1, Groups = 2 };

    [Fact]
    public void A_convolution_has_a_place_per_position_of_its_filter()
    {
        var (x, w, dy) = (Value(Shape.Batch(8, 6, 4)), Value(Shape.Of(3, 3, 2, 10)), Value(Shape.Batch(4, 3, 10)));
        var convolution = new ConvolutionNode("c", x, w, Geometry);
        Assert.Equal(Shape.Batch(4, 3, 10), convolution.Output.Shape);
        Assert.Equal(4 * 3 * 10 * 9 * 2, convolution.MultiplyAdds);
        Assert.Equal(x.Shape, new ConvolutionInputGradientNode("g", dy, w, Geometry).Output.Shape);
        Assert.Equal(w.Shape, new ConvolutionFilterGradientNode("g", x, dy, Geometry).Output.Shape);
    }

    [Fact]
    public void Tensors_that_are_not_those_of_the_geometry_are_refused()
    {
        var (x, w, dy) = (Value(Shape.Batch(8, 6, 4)), Value(Shape.Of(3, 3, 2, 10)), Value(Shape.Batch(4, 3, 10)));
        foreach (var bad in new[] { Value(Shape.Batch(8, 6, 5)), Value(Shape.Of(8, 6, 4)), Value(Shape.Batch(4)) })
        {
            Mismatch(() => new ConvolutionNode("stem", bad, w, Geometry), $"[stem] got input {bad.Shape}, but expected [N, 8, 6, 4]");
            Mismatch(() => new ConvolutionNode("stem", x, bad, Geometry), $"[stem] got filter {bad.Shape}, but expected [3, 3, 2, 10]");
            Mismatch(() => new ConvolutionInputGradientNode("stem", bad, w, Geometry), $"[stem] got cotangent {bad.Shape}, but expected [N, 4, 3, 10]");
            Mismatch(() => new ConvolutionFilterGradientNode("stem", bad, dy, Geometry), $"got input {bad.Shape}");
            Mismatch(() => new ConvolutionFilterGradientNode("stem", x, bad, Geometry), $"got cotangent {bad.Shape}");
        }
    }

    public static TheoryData<ConvolutionShape, string, string> Impossible => new()
    {
        { Geometry with { StrideWidth = 0 }, "EK0105", "stride 0, but expected at least 1" },
        { Geometry with { DilationHeight = 0 }, "EK0105", "dilation 0, but expected at least 1" },
        { Geometry with { PaddingRight = -1 }, "EK0105", "padding -1, but expected at least 0" },
        { Geometry with { Filters = 0 }, "EK0105", "filters 0, but expected at least 1" },
        { Geometry with { Groups = 3 }, "EK0105", "3 groups for 4 channels and 10 filters" },
        { Geometry with { Groups = 0 }, "EK0105", "groups 0, but expected at least 1" },
        { Geometry with { KernelHeight = 11 }, "EK0101", "a filter that spans 11 x 3 places, but expected one that fits into the padded input of 10 x 8" },
        { Geometry with { DilationWidth = 4 }, "EK0101", "a filter that spans 3 x 9 places" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void A_geometry_that_cannot_be_is_refused(ConvolutionShape geometry, string code, string message)
    {
        var error = Assert.Throws<GraphException>(() => new ConvolutionNode("stem", Value(Shape.Batch(8, 6, 4)), Value(Shape.Of(3, 3, 2, 10)), geometry));
        Assert.Equal(code, error.Code);
        Assert.Contains($"[stem] got {message}", error.Message);
    }

    [Fact]
    public void A_pooling_has_a_place_per_window()
    {
        var geometry = new PoolingShape(PoolingAxis.Sliding(7, 3, 2, 1, 1), PoolingAxis.Adaptive(5, 2), 3);
        var x = Value(Shape.Batch(7, 5, 3));
        var maximum = new MaxPoolingNode("pool", x, geometry);
        Assert.Equal(Shape.Batch(4, 2, 3), maximum.Output.Shape);
        Assert.Equal(Shape.Batch(4, 2, 3), maximum.Positions.Shape);
        Assert.Equal(x.Shape, new MaxPoolingBackwardNode("back", maximum.Output, maximum.Positions, geometry).Output.Shape);
        Assert.Equal(Shape.Batch(4, 2, 3), new AveragePoolingNode("pool", x, geometry, PoolingDivisor.Inputs).Output.Shape);
        Assert.Equal(x.Shape, new AveragePoolingBackwardNode("back", maximum.Output, geometry, PoolingDivisor.Inputs).Output.Shape);
        Mismatch(() => new MaxPoolingNode("pool", Value(Shape.Batch(7, 5, 4)), geometry), "[pool] got [N, 7, 5, 4], but expected [N, 7, 5, 3]");
        Mismatch(() => new AveragePoolingNode("pool", Value(Shape.Batch(5, 7, 3)), geometry, PoolingDivisor.Places), "[pool]");
        Mismatch(() => new MaxPoolingBackwardNode("back", x, maximum.Positions, geometry), "[back]");
        Mismatch(() => new AveragePoolingBackwardNode("back", x, geometry, PoolingDivisor.Places), "[back]");
    }

    [Fact]
    public void A_window_in_the_padding_alone_is_refused_where_it_has_no_value()
    {
        var geometry = new PoolingShape(PoolingAxis.Sliding(4, 1, 1, 1, 0), PoolingAxis.Sliding(4, 2, 2), 3);
        var x = Value(Shape.Batch(4, 4, 3));
        Assert.Equal("EK0105", Assert.Throws<GraphException>(() => new MaxPoolingNode("pool", x, geometry)).Code);
        Assert.Contains("[pool] got a window that lies in the padding alone", Assert.Throws<GraphException>(() => new AveragePoolingNode("pool", x, geometry, PoolingDivisor.Inputs)).Message);
        Assert.Equal(Shape.Batch(5, 2, 3), new AveragePoolingNode("pool", x, geometry, PoolingDivisor.Places).Output.Shape);
    }

    [Fact]
    public void Images_whose_places_a_float_cannot_count_are_refused()
    {
        var axis = PoolingAxis.Adaptive(5000, 1);
        Assert.Contains("5000 x 5000 places", Assert.Throws<GraphException>(() => new MaxPoolingNode("pool", Value(Shape.Batch(5000, 5000, 1)), new PoolingShape(axis, axis, 1))).Message);
    }

    [Fact]
    public void A_slice_lies_within_its_input()
    {
        var x = Value(Shape.Batch(5, 4, 3));
        Assert.Equal(Shape.Batch(3, 2, 2), new SliceNode("slice", x, new(new(0, 3, 2), new(1, 2), new(1, 2))).Output.Shape);
        foreach (var bad in new ImageSlice[] { new(new(0, 4, 2), new(0, 4), new(0, 3)), new(new(-1, 2), new(0, 4), new(0, 3)), new(new(0, 5), new(0, 0), new(0, 3)), new(new(0, 5), new(0, 4, 0), new(0, 3)), new(new(0, 5), new(0, 4), new(0, 2, 2)) })
            Mismatch(() => new SliceNode("slice", x, bad), "[slice] got input [N, 5, 4, 3]");
        Mismatch(() => new SliceNode("slice", Value(Shape.Of(5, 4, 3)), ImageSlice.OfChannels(x.Shape, 0, 1)), "[slice]");
        Mismatch(() => new ZeroPadNode("pad", x, ImageSlice.OfChannels(x.Shape, 0, 3), Shape.Batch(4, 4, 3)), "[pad] got input [N, 5, 4, 3]");
        Assert.Equal(Shape.Batch(5, 4, 8), new ZeroPadNode("pad", x, ImageSlice.OfChannels(x.Shape, 2, 3), Shape.Batch(5, 4, 8)).Output.Shape);
    }

    [Fact]
    public void A_concatenation_wants_one_height_and_width()
    {
        var x = Value(Shape.Batch(5, 4, 3));
        Assert.Equal(Shape.Batch(5, 4, 7), new ConcatenationNode("c", x, Value(Shape.Batch(5, 4, 4))).Output.Shape);
        Assert.Equal(Shape.Batch(9), new ConcatenationNode("c", Value(Shape.Batch(4)), Value(Shape.Batch(5))).Output.Shape);
        Mismatch(() => new ConcatenationNode("c", x, Value(Shape.Batch(4, 4, 3))), "[c] got [N, 5, 4, 3] and [N, 4, 4, 3], but expected tensors");
        Mismatch(() => new ConcatenationNode("c", x, Value(Shape.Batch(3))), "[c]");
        Mismatch(() => new ConcatenationNode("c", Value(Shape.Of(4))), "[c]");
        Mismatch(() => new ConcatenationNode("c"), "[c] got no input");
    }

    private static Value Value(Shape shape) => new InputNode("v", shape).Output;

    private static void Mismatch(Action build, string message)
    {
        var error = Assert.Throws<GraphException>(build);
        Assert.Equal("EK0101", error.Code);
        Assert.Contains(message, error.Message);
    }
}
