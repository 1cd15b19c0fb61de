using Evenkeel.Graph;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.Pooling;

namespace Evenkeel.Layers.Tests.Layers;

public sealed class ImageLayerTests
{
    private static readonly Shape Images = Shape.Batch(9, 6, 4);

    [Fact]
    public void Poolings_give_a_place_per_window()
    {
        Gives(new MaxPool(2), 4, 3, 4);
        Gives(new MaxPool(3, 2, 1), 5, 3, 4);
        Gives(new MaxPool(3, 2, Padding.Same), 5, 3, 4);
        Gives(new AveragePool((3, 2), 1, (1, 0)), 9, 5, 4);
        Gives(new AdaptiveAveragePool((2, 5)), 2, 5, 4);
        Gives(new AdaptiveMaxPool(1), 1, 1, 4);
        Gives(new Upsample((2, 3)), 18, 18, 4);
        Gives(new ZeroPad(Padding.Of(1, 2, 3, 4)), 12, 13, 4);
        Gives(new Subsample(2, 7), 5, 3, 7);
        Gives(new Subsample(1, 4), 9, 6, 4);
        Assert.Equal(Shape.Batch(4), new GlobalAveragePool().Build(Images).Output.Shape);
    }

    [Fact]
    public void Padding_counts_where_it_is_wanted()
    {
        Assert.Equal(PoolingDivisor.Inputs, Average(new AveragePool(3, 1, 1)).Divisor);
        Assert.Equal(PoolingDivisor.Places, Average(new AveragePool(3, 1, 1, countsPadding: true)).Divisor);
        Assert.Equal(PoolingDivisor.Inputs, Average(new GlobalAveragePool()).Divisor);
    }

    [Fact]
    public void A_subsample_that_changes_nothing_is_nothing()
    {
        var model = new Subsample(1, 4).Build(Images);
        Assert.Same(model.Input.Output, model.Output);
        Assert.Single(new Subsample(2, 4).Build(Images).Nodes.OfType<SliceNode>());
        Assert.Equal(new SliceRange(0, 4), new Subsample(1, 6).Build(Images).Nodes.OfType<ZeroPadNode>().Single().Slice.Channels);
    }

    [Fact]
    public void Branches_stand_side_by_side()
    {
        var model = new Sequential(("mixed", new Concatenation(("left", new Convolution(5, 1)), new Sequential(), ("right", new MaxPool(3, 1, 1))))).Build(Images);
        Assert.Equal(Shape.Batch(9, 6, 13), model.Output.Shape);
        Assert.Equal(["mixed.left", "features", "mixed.right"], model.Nodes.OfType<ConcatenationNode>().Single().Inputs.Select(static input => input.Producer is BiasAddNode bias ? bias.Inputs[0].Producer.Name : input.Producer.Name));
        Assert.Equal(["mixed.left.weight", "mixed.left.bias"], model.Parameters.Select(static tensor => tensor.Name));
    }

    [Fact]
    public void A_dense_connection_keeps_its_input_in_front_and_names_its_branch_as_itself()
    {
        var model = new Sequential(("denselayer1", new DenseConnection(new Sequential(("norm1", new BatchNorm()), ("conv1", new Convolution(5, 3, new ConvolutionOptions { Padding = 1, Bias = BiasUse.Never })))))).Build(Images);
        var joined = Assert.IsType<ConcatenationNode>(model.Output.Producer);
        Assert.Same(model.Input.Output, joined.Inputs[0]);
        Assert.Equal(["denselayer1.conv1.weight", "denselayer1.norm1.gamma", "denselayer1.norm1.beta"], model.Parameters.Select(static tensor => tensor.Name));
    }

    [Fact]
    public void A_residual_may_name_its_ways()
    {
        var model = new Sequential(("layer2.0", new Residual(new Sequential(("conv1", new Convolution(8, 1))), new Sequential(("0", new Convolution(8, 1)))) { BranchName = "", ShortcutName = "downsample" })).Build(Images);
        Assert.Equal(["layer2.0.conv1.weight", "layer2.0.downsample.0.weight"], model.Parameters.Select(static tensor => tensor.Name).Where(static name => name.EndsWith("weight", StringComparison.Ordinal)));
        Assert.Equal("EK0124", Assert.Throws<LayerException>(() => new Residual(new Sequential(), new Sequential()) { ShortcutName = "" }.Build(Images)).Code);
    }

    [Fact]
    public void Impossible_options_are_refused_by_name()
    {
        Refused(new MaxPool(0), "EK0120", "[MaxPool 'pool'] got a window of 0 x 0");
        Refused(new MaxPool(2, 0), "EK0120", "[MaxPool 'pool'] got a stride of 0 x 0");
        Refused(new AveragePool(2, 1, -1), "EK0120", "[AveragePool 'pool'] got a padding of top -1");
        Refused(new AveragePool((10, 1)), "EK0121", "[AveragePool 'pool'] got input [N, 9, 6, 4], but expected images that hold a window of 10 x 1.");
        Refused(new AdaptiveAveragePool(0), "EK0120", "[AdaptiveAveragePool 'pool'] got an output of 0 x 0");
        Refused(new AdaptiveMaxPool((1, 0)), "EK0120", "[AdaptiveMaxPool 'pool'] got an output of 1 x 0");
        Refused(new Upsample(0), "EK0120", "[Upsample 'pool'] got a factor of 0 x 0");
        Refused(new ZeroPad(Padding.Same), "EK0120", "[ZeroPad 'pool'] got a padding of same");
        Refused(new ZeroPad(-1), "EK0120", "[ZeroPad 'pool'] got a padding of top -1");
        Refused(new Subsample(0, 4), "EK0120", "[Subsample 'pool'] got a stride of 0 x 0");
        Refused(new Subsample(1, 3), "EK0120", "[Subsample 'pool'] got channels 3, but expected at least the 4 that come in.");
        foreach (var layer in new Layer[] { new MaxPool(2), new AveragePool(2), new AdaptiveAveragePool(2), new AdaptiveMaxPool(2), new GlobalAveragePool(), new Upsample(2), new ZeroPad(1), new Subsample(2, 5) })
            Assert.Equal("EK0121", Assert.Throws<LayerException>(() => layer.Build(Shape.Batch(5))).Code);
        Assert.Contains("[pool] got a window that lies in the padding alone", Assert.Throws<GraphException>(() => new Sequential(("pool", new MaxPool(1, 1, 1))).Build(Images)).Message);
        Assert.Throws<GraphException>(() => new Concatenation().Build(Images));
    }

    private static void Gives(Layer layer, int height, int width, int channels) => Assert.Equal(Shape.Batch(height, width, channels), layer.Build(Images).Output.Shape);

    private static AveragePoolingNode Average(Layer layer) => layer.Build(Images).Nodes.OfType<AveragePoolingNode>().Single();

    private static void Refused(Layer layer, string code, string message)
    {
        var error = Assert.Throws<LayerException>(() => new Sequential(("pool", layer)).Build(Images));
        Assert.Equal(code, error.Code);
        Assert.Contains(message, error.Message);
    }
}
