using Evenkeel.Graph;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.TestKit;

namespace Evenkeel.Engine.Tests;

/// <summary>Standardised and normalised weights beyond one pass, which <see cref="LayerPlanTests"/> holds.</summary>
public sealed class WeightNormTests
{
    [Fact]
    public void A_normalised_network_starts_as_without_and_its_gain_is_the_length_of_the_weights()
    {
        var plain = new Sequential(("fc", new Dense(5))).Build(Shape.Batch(7), 3);
        var model = new Sequential(("fc", new Dense(5, new DenseOptions { Reparametrization = WeightReparametrization.Normalized }))).Build(Shape.Batch(7), 3);
        Assert.Equal(["fc.bias [5]", "fc.gain [5]", "fc.weight [7, 5]"], model.Parameters.Select(static tensor => tensor.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(["fc.weight"], model.ParameterNodes.Where(static node => node.Decays).Select(static node => node.Name));
        var x = new SeededRandom(1).Floats(21);
        using var expected = EvaluationPlan.Compile(plain, null, new PlanOptions { Capacity = 3 });
        using var actual = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = 3 });
        Expect.Close(Expect.Widen(expected.Run(x)), actual.Run(x), new Tolerance(1e-6, 1e-5, "epsilon beside a length near 1"));
        model.Parameters["fc.weight"].CopyFrom(Array.ConvertAll(model.Parameters["fc.weight"].ToArray(), static value => 3 * value));
        actual.Refresh();
        Expect.Close(Expect.Widen(expected.Run(x)), actual.Run(x), new Tolerance(1e-6, 1e-5, "the scale of stored weights does not matter"));
    }

    [Fact]
    public void Standardised_filters_are_standardised_in_evaluation_too()
    {
        var model = new Sequential(("conv", new Convolution(4, 1, new ConvolutionOptions { Bias = BiasUse.Never, Reparametrization = WeightReparametrization.Standardized })), ("bn", new BatchNorm())).Build(Shape.Batch(1, 1, 6), 2);
        using var plan = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = 2 });
        var one = new float[6];
        one[2] = 1;

        // A pixel of one channel reads that channel's row of the filter.
        var w = Reference.WeightNorm.Forward(Expect.Widen(model.Parameters["conv.weight"].Span), 4, null, true, WeightNormNode.Epsilon);
        Expect.Close([.. w[8..12].Select(static value => value / Math.Sqrt(1 + 1e-5))], plan.Run(one), new Tolerance(1e-6, 1e-5, "two products in float"));
    }

    [Fact]
    public void What_is_no_weight_is_refused()
    {
        var weight = new ParameterNode("w", Shape.Of(3, 2), Graph.Models.Constant.One, false).Output;
        Assert.Equal("EK0105", Assert.Throws<GraphException>(() => new WeightNormNode("n", weight, null, WeightReparametrization.None)).Code);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new WeightNormNode("n", weight, weight, WeightReparametrization.Normalized)).Code);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new WeightNormNode("n", new InputNode("x", Shape.Batch(3)).Output, null, WeightReparametrization.Normalized)).Code);
    }
}
