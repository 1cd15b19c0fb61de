using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Models;

namespace Evenkeel.Layers.Tests.Normalization;

public sealed class SampleNormTests
{
    [Fact]
    public void Every_name_of_the_table_swaps_into_a_network_for_images_and_is_rebuilt_from_its_configuration()
    {
        foreach (var name in NormTable.Names)
        {
            var model = ModelTable.Create("resnet20", new ModelOptions { Outputs = 10, Normalization = name }).Build(Shape.Batch(32, 32, 3));
            Assert.Equal(Shape.Batch(10), model.Output.Shape);
            var again = ModelConfiguration.Parse(model.Configuration!).Build();
            Assert.Equal(model.Parameters.Select(static tensor => tensor.ToString()), again.Parameters.Select(static tensor => tensor.ToString()));
        }
    }

    [Fact]
    public void Gamma_and_beta_do_not_decay_and_there_are_no_states()
    {
        foreach (var layer in new Layer[] { new LayerNorm(), new GroupNorm(), new InstanceNorm() })
        {
            var model = layer.Build(Shape.Batch(4, 4, 8));
            Assert.Equal(["beta [8]", "gamma [8]"], model.Parameters.Select(static tensor => tensor.ToString()).Order(StringComparer.Ordinal));
            Assert.DoesNotContain(model.ParameterNodes, static node => node.Decays);
            Assert.Empty(model.States);
        }

        Assert.Equal(["gamma [8]"], new RmsNorm().Build(Shape.Batch(8)).Parameters.Select(static tensor => tensor.ToString()));
        Assert.Equal([0f, 0f], new LayerNorm(new NormOptions { Scale = AffineParameter.StartingAt(0) }).Build(Shape.Batch(2)).Parameters["gamma"].ToArray());
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(16, 4)]
    [InlineData(100, 25)]
    [InlineData(64, 16)]
    [InlineData(256, 32)]
    public void The_usual_groups_divide_the_channels_and_have_four_of_them(int channels, int groups) => Assert.Equal(groups, GroupNorm.UsualGroups(channels));

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Assert.Equal("EK0120", Assert.Throws<LayerException>(() => new LayerNorm(new NormOptions { Epsilon = 0 }).Build(Shape.Batch(3))).Code);
        Assert.Equal("EK0120", Assert.Throws<LayerException>(() => new GroupNorm(2).Build(Shape.Batch(3))).Code);
        Assert.Equal("EK0121", Assert.Throws<LayerException>(() => new GroupNorm(3).Build(Shape.Batch(3))).Code);
        var error = Assert.Throws<LayerException>(() => new InstanceNorm().Build(Shape.Batch(3)));
        Assert.Equal("EK0121", error.Code);
        Assert.Contains("A single value is its own mean: use LayerNorm or BatchNorm.", error.Message);
        error = Assert.Throws<LayerException>(() => NormTable.Create("grup"));
        Assert.Equal("EK0122", error.Code);
        Assert.Contains("Did you mean 'group'?", error.Message);
        Assert.Equal("EK0128", Assert.Throws<LayerException>(() => NormTable.Register("group", static _ => null)).Code);
    }
}
