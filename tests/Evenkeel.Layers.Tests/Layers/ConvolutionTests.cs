using Evenkeel.Graph;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Layers.Tests.Layers;

public sealed class ConvolutionTests
{
    private static readonly Shape Images = Shape.Batch(32, 30, 3);

    [Fact]
    public void Weight_is_places_by_channels_by_filters_and_decays_and_bias_does_not()
    {
        var model = new Sequential(("stem", new Convolution(16, (3, 5), new ConvolutionOptions { Padding = (1, 2) }))).Build(Images);
        Assert.Equal(Shape.Batch(32, 30, 16), model.Output.Shape);
        Assert.Equal(["stem.weight [3, 5, 3, 16]", "stem.bias [16]"], model.Parameters.Select(static tensor => tensor.ToString()));
        Assert.Equal([true, false], model.ParameterNodes.Select(static node => node.Decays));
        Assert.Same(He.NormalFanOut, model.ParameterNodes[0].Initializer);
    }

    [Theory]
    [InlineData(1, 32, 30)]
    [InlineData(2, 16, 15)]
    [InlineData(3, 11, 10)]
    public void Same_padding_gives_the_size_over_the_stride(int stride, int height, int width)
    {
        foreach (var kernel in new Size2[] { 1, 3, 4, (7, 2) })
        {
            foreach (var dilation in new[] { 1, 2 })
                Assert.Equal(Shape.Batch(height, width, 4), new Convolution(4, kernel, new ConvolutionOptions { Stride = stride, Padding = Padding.Same, Dilation = dilation }).Build(Images).Output.Shape);
        }
    }

    [Fact]
    public void An_odd_place_of_same_padding_goes_behind()
    {
        var geometry = Node(new Convolution(4, 3, new ConvolutionOptions { Stride = 2, Padding = Padding.Same })).Geometry;
        Assert.Equal((0, 1, 0, 1), (geometry.PaddingTop, geometry.PaddingBottom, geometry.PaddingLeft, geometry.PaddingRight));
        Assert.Equal("top 1, bottom 2, left 3, right 4", Padding.Of(1, 2, 3, 4).ToString());
        Assert.Equal("same", Padding.Same.ToString());
    }

    [Fact]
    public void Every_option_reaches_the_node()
    {
        var geometry = Node(new Convolution(6, (2, 3), new ConvolutionOptions { Stride = (2, 3), Padding = Padding.Of(1, 2, 3, 4), Dilation = (3, 2), Groups = 3 })).Geometry;
        Assert.Equal((32, 30, 3, 6, 2, 3), (geometry.Height, geometry.Width, geometry.Channels, geometry.Filters, geometry.KernelHeight, geometry.KernelWidth));
        Assert.Equal((2, 3, 3, 2, 3), (geometry.StrideHeight, geometry.StrideWidth, geometry.DilationHeight, geometry.DilationWidth, geometry.Groups));
        Assert.Equal((1, 2, 3, 4), (geometry.PaddingTop, geometry.PaddingBottom, geometry.PaddingLeft, geometry.PaddingRight));
    }

    [Fact]
    public void Depthwise_takes_a_group_per_channel()
    {
        var layer = new Convolution(6, 3, new ConvolutionOptions { Groups = ConvolutionOptions.Depthwise });
        Assert.Equal(3, Node(layer).Geometry.Groups);
        Assert.Equal("weight [3, 3, 1, 6]", layer.Build(Images).Parameters.First().ToString());
    }

    [Fact]
    public void A_bias_before_batch_normalisation_is_dropped()
    {
        var model = new Sequential(("conv1", new Convolution(8, 3)), ("bn1", new BatchNorm()), new Relu(), ("conv2", new Convolution(8, 3, new ConvolutionOptions { Bias = BiasUse.Never }))).Build(Images);
        Assert.Equal(["conv1.weight", "conv2.weight", "bn1.gamma", "bn1.beta"], model.Parameters.Select(static tensor => tensor.Name));
        Assert.Equal<string>(["conv1.bias"], model.DroppedBiases);
    }

    [Theory]
    [InlineData(2, 0, 0, 1, 63, 59)]
    [InlineData(2, 1, 1, 3, 64, 60)]
    [InlineData(3, 0, 2, 3, 98, 92)]
    [InlineData(1, 1, 0, 3, 32, 30)]
    public void A_transposed_convolution_is_as_large_as_what_its_convolution_shrinks(int stride, int padding, int outputPadding, int kernel, int height, int width)
    {
        var options = new ConvolutionOptions { Stride = stride, Padding = padding };
        var model = new Sequential(("up", new TransposedConvolution(5, kernel, options, outputPadding))).Build(Images);
        Assert.Equal(Shape.Batch(height, width, 5), model.Output.Shape);
        Assert.Equal([$"up.weight [{kernel}, {kernel}, 5, 3]", "up.bias [5]"], model.Parameters.Select(static tensor => tensor.ToString()));
        Assert.Equal(Shape.Batch(32, 30, 3), new Convolution(3, kernel, options).Build(model.Output.Shape).Output.Shape);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(2, 3)]
    [InlineData(5, 1)]
    public void Same_padding_makes_a_transposed_convolution_enlarge_by_its_stride(int kernel, int stride) =>
        Assert.Equal(Shape.Batch(32 * stride, 30 * stride, 5), new TransposedConvolution(5, kernel, new ConvolutionOptions { Stride = stride, Padding = Padding.Same }).Build(Images).Output.Shape);

    [Fact]
    public void Impossible_options_are_refused_by_name()
    {
        Refused(new Convolution(0, 3), "EK0120", "[Convolution 'stem'] got filters 0, but expected at least 1.");
        Refused(new Convolution(4, (3, 0)), "EK0120", "[Convolution 'stem'] got a window of 3 x 0");
        Refused(new TransposedConvolution(0, 3), "EK0120", "[TransposedConvolution 'stem'] got filters 0");
        Refused(new TransposedConvolution(4, 3, new ConvolutionOptions { Stride = 0 }), "EK0120", "got a stride of 0 x 0");
        Refused(new TransposedConvolution(4, 3, new ConvolutionOptions { Stride = 2 }, outputPadding: 2), "EK0120", "got an output padding of 2 x 2, but expected 0 or more, below the stride of 2 x 2");
        Refused(new TransposedConvolution(4, 1, new ConvolutionOptions { Padding = 16 }), "EK0121", "but 0 x -2 places are left");
        foreach (var (options, message) in new[]
        {
            (new ConvolutionOptions { Stride = 0 }, "[stem] got stride 0"),
            (new ConvolutionOptions { Stride = 0, Padding = Padding.Same }, "[stem] got stride 0"),
            (new ConvolutionOptions { Dilation = (1, 0) }, "[stem] got dilation 0"),
            (new ConvolutionOptions { Groups = 2 }, "[stem] got 2 groups for 3 channels and 4 filters"),
            (new ConvolutionOptions { Groups = -1 }, "[stem] got groups -1"),
            (new ConvolutionOptions { Padding = -1 }, "[stem] got padding -1"),
        }) Assert.Contains(message, Assert.Throws<GraphException>(() => new Sequential(("stem", new Convolution(4, 3, options))).Build(Images)).Message);
    }

    [Fact]
    public void What_is_no_image_is_refused()
    {
        var error = Assert.Throws<LayerException>(() => new Sequential(("stem", new Convolution(4, 3))).Build(Shape.Batch(784)));
        Assert.Equal("EK0121", error.Code);
        Assert.Contains("[Convolution 'stem'] got input [N, 784], but expected images [N, height, width, channels].", error.Message);
    }

    private static ConvolutionNode Node(Convolution layer) => layer.Build(Images).Nodes.OfType<ConvolutionNode>().Single();

    private static void Refused(Layer layer, string code, string message)
    {
        var error = Assert.Throws<LayerException>(() => new Sequential(("stem", layer)).Build(Images));
        Assert.Equal(code, error.Code);
        Assert.Contains(message, error.Message);
    }
}
