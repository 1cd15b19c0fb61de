using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Layers.Tests.Normalization;

public sealed class BatchNormTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tensors_have_one_number_per_channel(bool image)
    {
        var model = new Sequential(("bn", new BatchNorm())).Build(image ? Shape.Batch(8, 8, 6) : Shape.Batch(6));
        Assert.Equal(["bn.gamma [6]", "bn.beta [6]"], model.Parameters.Select(static tensor => tensor.ToString()));
        Assert.Equal(["bn.running_mean [6]", "bn.running_variance [6]", "bn.running_weight [2]"], model.States.Select(static tensor => tensor.ToString()));
        Assert.All(model.ParameterNodes, static node => Assert.True(node is { Decays: false, IsTrainable: true }));
        Assert.All(model.Parameters["bn.gamma"].ToArray(), static value => Assert.Equal(1, value));
        Assert.All(model.Parameters["bn.beta"].ToArray(), static value => Assert.Equal(0, value));
    }

    [Fact]
    public void With_bias_correction_the_running_statistics_start_empty()
    {
        var states = new Sequential(("bn", new BatchNorm())).Build(Shape.Batch(3)).States;
        Assert.All(states["bn.running_mean"].ToArray(), static value => Assert.Equal(0, value));
        Assert.All(states["bn.running_variance"].ToArray(), static value => Assert.Equal(0, value));
        Assert.All(states["bn.running_weight"].ToArray(), static value => Assert.Equal(0, value));
    }

    [Fact]
    public void Without_bias_correction_they_start_at_mean_zero_and_variance_one_with_full_weight()
    {
        var states = new Sequential(("bn", new BatchNorm(new BatchNormOptions { BiasCorrection = false }))).Build(Shape.Batch(3)).States;
        Assert.All(states["bn.running_mean"].ToArray(), static value => Assert.Equal(0, value));
        Assert.All(states["bn.running_variance"].ToArray(), static value => Assert.Equal(1, value));
        Assert.Equal([1, 0], states["bn.running_weight"].ToArray());
    }

    [Fact]
    public void Scale_and_shift_can_be_off_fixed_or_start_elsewhere()
    {
        var off = new BatchNorm(new BatchNormOptions { Scale = AffineParameter.Off, Shift = AffineParameter.Off }).Build(Shape.Batch(3));
        Assert.Empty(off.Parameters);
        Assert.Null(Assert.IsType<BatchNormNode>(off.Output.Producer).Gamma);

        var model = new BatchNorm(new BatchNormOptions { Scale = AffineParameter.Fixed(2), Shift = AffineParameter.StartingAt(-1) }).Build(Shape.Batch(3));
        Assert.Equal([("beta", true), ("gamma", false)], model.ParameterNodes.Select(static node => (node.Name, node.IsTrainable)));
        Assert.All(model.Parameters["gamma"].ToArray(), static value => Assert.Equal(2, value));
        Assert.All(model.Parameters["beta"].ToArray(), static value => Assert.Equal(-1, value));
    }

    [Fact]
    public void Frozen_trains_neither_gamma_nor_beta() =>
        Assert.All(new BatchNorm(BatchNormOptions.Frozen).Build(Shape.Batch(3)).ParameterNodes, static node => Assert.False(node.IsTrainable));

    [Theory]
    [InlineData(0f)]
    [InlineData(-1e-5f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void An_epsilon_that_is_not_above_zero_is_refused(float epsilon)
    {
        var error = Assert.Throws<LayerException>(() => new Sequential(("stem.bn1", new BatchNorm(new BatchNormOptions { Epsilon = epsilon }))).Build(Shape.Batch(3)));
        Assert.Equal("EK0120", error.Code);
        Assert.Contains("[BatchNorm 'stem.bn1'] got epsilon", error.Message);
    }

    [Fact]
    public void A_running_average_that_never_moves_is_refused()
    {
        var error = Assert.Throws<LayerException>(() => new BatchNorm(new BatchNormOptions { RunningAverage = default }).Build(Shape.Batch(3)));
        Assert.Equal("EK0120", error.Code);
        Assert.Contains("without a rate", error.Message);
    }

    [Fact]
    public void An_input_without_channels_is_refused()
    {
        var error = Assert.Throws<LayerException>(() => new BatchNorm().Build(Shape.Batch()));
        Assert.Equal("EK0121", error.Code);
        Assert.Contains("[BatchNorm] got input [N], but expected [N, F] or [N, H, W, C].", error.Message);
    }
}
