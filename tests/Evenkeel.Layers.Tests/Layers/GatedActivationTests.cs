using Evenkeel.Graph.Shapes;

namespace Evenkeel.Layers.Tests.Layers;

public sealed class GatedActivationTests
{
    [Fact]
    public void Prelu_has_a_slope_per_channel_that_does_not_decay()
    {
        var model = new Sequential(("act", new Prelu())).Build(Shape.Batch(4, 4, 3));
        Assert.Equal([0.25f, 0.25f, 0.25f], model.Parameters["act.slope"].ToArray());
        Assert.False(Assert.Single(model.ParameterNodes).Decays);
        Assert.Equal(Shape.Batch(4, 4, 3), model.Output.Shape);
    }

    [Fact]
    public void Maxout_divides_the_channels_by_its_pieces() =>
        Assert.Equal(Shape.Batch(2, 2, 5), new Maxout(3).Build(Shape.Batch(2, 2, 15)).Output.Shape);

    [Fact]
    public void What_cannot_be_is_refused_with_the_layers_name()
    {
        Assert.Equal("EK0120", Assert.Throws<LayerException>(() => new Prelu(float.NaN).Build(Shape.Batch(3))).Code);
        Assert.Equal("EK0120", Assert.Throws<LayerException>(() => new Maxout(0).Build(Shape.Batch(3))).Code);
        var error = Assert.Throws<LayerException>(() => new Sequential(("act", new Maxout(2))).Build(Shape.Batch(3)));
        Assert.Equal("EK0121", error.Code);
        Assert.Contains("[Maxout 'act'] got input [N, 3], but expected [N, ..., channels] with a multiple of 2 channels.", error.Message);
    }
}
