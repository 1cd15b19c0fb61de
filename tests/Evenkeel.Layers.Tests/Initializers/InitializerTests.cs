using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Layers.Tests.Initializers;

public sealed class InitializerTests
{
    private const int Inputs = 400, Outputs = 100;

    /// <summary>Five standard errors of a mean of 40,000 numbers of deviation 1; the streams are fixed, so a law holds or it does not.</summary>
    private const double FiveErrors = 5.0 / 200;

    public static TheoryData<string, double> Rules => new()
    {
        { "he_normal", Math.Sqrt(2.0 / Inputs) },
        { "he_uniform", Math.Sqrt(2.0 / Inputs) },
        { "glorot_normal", Math.Sqrt(2.0 / (Inputs + Outputs)) },
        { "glorot_uniform", Math.Sqrt(2.0 / (Inputs + Outputs)) },
        { "lecun_normal", Math.Sqrt(1.0 / Inputs) },
        { "lecun_uniform", Math.Sqrt(1.0 / Inputs) },
        { "truncated", 1 / Math.Sqrt(Inputs) },
        { "he_normal_out", Math.Sqrt(2.0 / Outputs) },
        { "he_uniform_out", Math.Sqrt(2.0 / Outputs) },
        { "out", 3 / Math.Sqrt(Outputs) },
        { "normal", 0.1 },
        { "uniform", 0.2 / Math.Sqrt(12) },
        { "heuristic", 1 / Math.Sqrt(3 * Inputs) },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Mean_is_zero_and_deviation_is_the_rules(string rule, double deviation)
    {
        var values = Fill(Of(rule), Shape.Of(Inputs, Outputs), 1, "weight");
        Assert.Equal(0, values.Average(static value => (double)value) / deviation, FiveErrors);
        Assert.Equal(1, values.Average(static value => (double)value * value) / (deviation * deviation), FiveErrors * Math.Sqrt(2));
    }

    [Fact]
    public void Uniform_rules_stay_inside_their_interval_and_reach_its_ends()
    {
        var bound = Math.Sqrt(6.0 / Inputs);
        var values = Fill(He.Uniform, Shape.Of(Inputs, Outputs), 1, "weight");
        Assert.InRange(values.Max(), 0.999 * bound, bound);
        Assert.InRange(values.Min(), -bound, -0.999 * bound);
    }

    [Fact]
    public void A_truncated_normal_ends_at_two_deviations_of_the_untruncated_one()
    {
        var values = Fill(new VarianceScaling(1, FanMode.In, Spread.TruncatedNormal), Shape.Of(Inputs, Outputs), 1, "weight");
        var end = 2 / 0.87962566 / Math.Sqrt(Inputs);
        Assert.InRange(values.Max(), 0.99 * end, end * 1.000001);
        Assert.InRange(values.Min(), -end * 1.000001, -0.99 * end);
    }

    [Theory]
    [InlineData("identity", 1)]
    [InlineData("sigmoid", 1)]
    [InlineData("tanh", 5.0 / 3)]
    [InlineData("selu", 0.75)]
    [InlineData("relu", 1.4142135623730951)]
    [InlineData("leaky_relu", 1.4141428569978355)]
    public void Gains_are_those_of_PyTorch(string activation, double gain) => Assert.Equal(gain, Gains.Of(activation), 1e-6);

    [Fact]
    public void A_gain_keeps_the_second_moment_behind_the_nonlinearity()
    {
        // E[silu(z)^2] of standard normal z, by another quadrature.
        var moment = Enumerable.Range(0, 4000).Select(i => -10 + ((i + 0.5) / 200)).Sum(z => Math.Pow(z / (1 + Math.Exp(-z)), 2) * Math.Exp(-z * z / 2)) / 200 / Math.Sqrt(2 * Math.PI);
        Assert.Equal(1 / Math.Sqrt(moment), Gains.Of("silu"), 1e-6);
        Assert.Equal("EK0030", Assert.Throws<EvenkeelException>(() => Gains.Of("relluu")).Code);
    }

    [Fact]
    public void The_fan_of_a_convolution_counts_its_places()
    {
        Assert.Equal(Math.Sqrt(2.0 / (9 * 16)), He.Normal.DeviationFor(Shape.Of(3, 3, 16, 32)), 1e-7);
        Assert.Equal(1 / Math.Sqrt(9 * 24), Glorot.Normal.DeviationFor(Shape.Of(3, 3, 16, 32)), 1e-7);
        Assert.Equal(1 / Math.Sqrt(9 * 32), new VarianceScaling(1, FanMode.Out, Spread.Normal).DeviationFor(Shape.Of(3, 3, 16, 32)), 1e-7);
    }

    [Fact]
    public void A_value_depends_on_seed_name_and_index_alone()
    {
        foreach (var initializer in new Initializer[] { new Normal(1), new Uniform(-1, 1), new VarianceScaling(1, FanMode.Out, Spread.TruncatedNormal) })
        {
            var all = Fill(initializer, Shape.Of(10, 10), 3, "a.weight");
            Assert.Equal(all, Fill(initializer, Shape.Of(10, 10), 3, "a.weight"));
            Assert.Equal(all[..50], Fill(initializer, Shape.Of(5, 10), 3, "a.weight"));
            Assert.NotEqual(all, Fill(initializer, Shape.Of(10, 10), 4, "a.weight"));
            Assert.NotEqual(all, Fill(initializer, Shape.Of(10, 10), 3, "b.weight"));
        }
    }

    [Fact]
    public void A_layer_put_before_others_does_not_change_their_values()
    {
        var small = new Sequential(("a", new Dense(8)), ("c", new Dense(4))).Build(Shape.Batch(8), 5);
        var large = new Sequential(("a", new Dense(8)), ("b", new Dense(8)), ("c", new Dense(4))).Build(Shape.Batch(8), 5);
        Assert.Equal(small.Parameters["c.weight"].ToArray(), large.Parameters["c.weight"].ToArray());
        Assert.NotEqual(small.Parameters["c.weight"].ToArray(), new Sequential(("a", new Dense(8)), ("c", new Dense(4))).Build(Shape.Batch(8), 6).Parameters["c.weight"].ToArray());
    }

    [Fact]
    public void Constants_and_means_are_met()
    {
        Assert.All(Fill(Constant.Zero, Shape.Of(5), 0, "x"), static value => Assert.Equal(0, value));
        Assert.All(Fill(new Constant(3), Shape.Of(5), 0, "x"), static value => Assert.Equal(3, value));
        Assert.All(Fill(new Normal(0, 2), Shape.Of(5), 0, "x"), static value => Assert.Equal(2, value));
        Assert.All(Fill(new Uniform(4, 4), Shape.Of(5), 0, "x"), static value => Assert.Equal(4, value));
    }

    [Fact]
    public void Impossible_numbers_are_refused()
    {
        Assert.Equal("EK0120", Assert.Throws<LayerException>(() => new Normal(-1)).Code);
        Assert.Equal("EK0120", Assert.Throws<LayerException>(() => new Normal(1, float.NaN)).Code);
        Assert.Equal("EK0120", Assert.Throws<LayerException>(() => new Uniform(1, 0)).Code);
        Assert.Equal("EK0120", Assert.Throws<LayerException>(() => new Uniform(float.NaN, 0)).Code);
        Assert.Equal("EK0120", Assert.Throws<LayerException>(() => new Uniform(float.MinValue, float.MaxValue)).Code);
        Assert.Equal("EK0120", Assert.Throws<LayerException>(() => new Orthogonal(0)).Code);
        Assert.Equal("EK0120", Assert.Throws<LayerException>(() => Fill(new Orthogonal(), Shape.Of(5), 0, "x")).Code);
        Assert.Equal("EK0120", Assert.Throws<LayerException>(() => new VarianceScaling(0, FanMode.In, Spread.Normal)).Code);
        var error = Assert.Throws<LayerException>(() => Fill(He.Normal, Shape.Of(5), 0, "x"));
        Assert.Contains("[VarianceScaling] got shape [5], but expected [inputs, outputs]", error.Message);
    }

    private static Initializer Of(string rule) => rule switch
    {
        "he_normal" => He.Normal,
        "he_uniform" => He.Uniform,
        "glorot_normal" => Glorot.Normal,
        "glorot_uniform" => Glorot.Uniform,
        "lecun_normal" => LeCun.Normal,
        "lecun_uniform" => LeCun.Uniform,
        "truncated" => new VarianceScaling(1, FanMode.In, Spread.TruncatedNormal),
        "he_normal_out" => He.NormalFanOut,
        "he_uniform_out" => He.UniformFanOut,
        "out" => new VarianceScaling(3, FanMode.Out, Spread.Normal),
        "normal" => new Normal(0.1f),
        "heuristic" => new Uniform(-1 / MathF.Sqrt(Inputs), 1 / MathF.Sqrt(Inputs)),
        _ => new Uniform(-0.1f, 0.1f),
    };

    private static float[] Fill(Initializer initializer, Shape shape, ulong seed, string name)
    {
        var values = new float[shape.ElementsPerSample];
        initializer.Fill(values, shape, seed, name);
        return values;
    }
}
