using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Models;

namespace Evenkeel.Layers.Tests.Models;

public sealed class SpeedrunTests
{
    [Fact]
    public void The_network_has_the_published_shapes_and_trains_all_but_the_whitening_filters()
    {
        var model = Speedrun.Create(new ModelOptions { Outputs = 10 }).Build(Shape.Batch(32, 32, 3), 1);
        Assert.Equal(Shape.Batch(10), model.Output.Shape);
        Assert.Equal(Shape.Of(2, 2, 3, 24), model.Parameters["whiten.weight"].Shape);
        var constant = model.ParameterNodes.Where(static node => !node.IsTrainable).Select(static node => node.Name);
        Assert.Equal(["scale.factor", "whiten.weight"], constant.Order(StringComparer.Ordinal));
        Assert.Equal(1f / 9, model.Parameters["scale.factor"].Span[0]);

        // Filters, one bias, six betas and the head, as the paper's network has them.
        const int Filters = 9 * ((24 * 64) + (64 * 64) + (64 * 256) + (256 * 256) + (256 * 256) + (256 * 256));
        Assert.Equal(Filters + 24 + (2 * (64 + 256 + 256)) + (256 * 10), model.ParameterNodes.Where(static node => node.IsTrainable).Sum(static node => node.Output.Shape.ElementsPerSample));
        Assert.All(model.Nodes.OfType<BatchNormNode>(), static node => Assert.Equal(0.4f, node.Options.RunningAverage.Rate, 1e-6f));
    }

    [Fact]
    public void A_partial_identity_hands_its_channels_on()
    {
        var shape = Shape.Of(3, 3, 4, 6);
        var values = new float[(int)shape.ElementsPerSample];
        new PartialIdentity().Fill(values, shape, 3, "conv.weight");
        var bound = 1 / MathF.Sqrt(36);
        for (var i = 0; i < values.Length; i++)
        {
            var (tap, channel, filter) = (i / 24, i / 6 % 4, i % 6);
            if (filter < 4) Assert.Equal(tap == 4 && channel == filter ? 1 : 0, values[i]);
            else Assert.InRange(values[i], -bound, bound);
        }

        var random = values.Where(static (_, i) => i % 6 >= 4).ToArray();
        Assert.InRange(random.Average(), -0.03, 0.03);
        Assert.InRange(random.Average(static value => value * value), bound * bound / 4, bound * bound / 2);
        Assert.Equal("EK0120", Assert.Throws<LayerException>(static () => new PartialIdentity().Fill(new float[6], Shape.Of(2, 3), 1, "x")).Code);
    }

    [Fact]
    public void A_scale_is_a_constant_of_the_model()
    {
        var model = new Sequential(("scale", new Scale(0.25f))).Build(Shape.Batch(3), 1);
        Assert.Equal(0.25f, Assert.Single(model.Parameters).Span[0]);
        Assert.False(Assert.Single(model.ParameterNodes).IsTrainable);
        Assert.Equal("EK0120", Assert.Throws<LayerException>(static () => new Scale(float.NaN).Build(Shape.Batch(3), 1)).Code);
    }
}
