using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Tests.Models;

public sealed class ModelTests
{
    [Fact]
    public void Parameters_stand_in_groups_decayed_plain_constant()
    {
        var model = Sum(("plain", false, true), ("constant", true, false), ("decayed", true, true));
        Assert.Equal(["decayed", "plain", "constant"], model.Parameters.Select(static tensor => tensor.Name));
        Assert.Equal(["decayed", "plain", "constant"], model.ParameterNodes.Select(static node => node.Name));
        Assert.All(model.Parameters, static tensor => Assert.Equal(0, tensor.Offset % TensorLayout.Alignment));
    }

    [Fact]
    public void A_tensor_is_read_and_written_by_name()
    {
        var model = Sum(("b", false, true));
        model.Parameters["b"].CopyFrom([1, 2, 3]);
        Assert.Equal([1, 2, 3], model.Parameters["b"].ToArray());
        model.Parameters["b"].Span[1] = 5;
        Assert.Equal([1, 5, 3], model.Parameters["b"].ToArray());
        var error = Assert.Throws<GraphException>(() => model.Parameters["b"].CopyFrom([1, 2]));
        Assert.Equal("EK0101", error.Code);
        Assert.Contains("[b] got 2 values, but expected 3 for [3].", error.Message);
    }

    [Fact]
    public void An_unknown_tensor_is_refused_with_what_there_is()
    {
        var error = Assert.Throws<GraphException>(() => Sum(("b", false, true)).Parameters["c"]);
        Assert.Equal("EK0106", error.Code);
        Assert.Contains("There is no tensor 'c'. Known: b.", error.Message);
    }

    [Fact]
    public void Two_tensors_of_one_name_are_refused()
    {
        var error = Assert.Throws<GraphException>(() => Sum(("b", false, true), ("b", false, true)));
        Assert.Equal("EK0104", error.Code);
        Assert.Contains("[b] two tensors have this name", error.Message);
    }

    [Fact]
    public void Stores_of_one_layout_copy_gaps_included_and_others_do_not()
    {
        var model = Sum(("a", true, true), ("b", false, true));
        var shadow = model.Parameters.CloneLayout();
        Assert.All(shadow.Span.ToArray(), static value => Assert.Equal(0, value));
        model.Parameters["b"].Span.Fill(7);
        shadow.CopyFrom(model.Parameters);
        Assert.Equal(model.Parameters.Span.ToArray(), shadow.Span.ToArray());
        Assert.Equal(6, shadow.Elements);
        Assert.Throws<ArgumentException>(() => shadow.CopyFrom(Sum(("a", true, true)).Parameters));
    }

    [Fact]
    public void Running_averages_know_their_rates()
    {
        Assert.Equal(0.1f, RunningAverage.UpdateRate(0.1f).RateAt(5));
        Assert.Equal(0.01f, RunningAverage.Retention(0.99f).Rate, 1e-7f);
        Assert.Equal(0.5f, RunningAverage.HalfLife(1).Rate);
        Assert.Equal([1f, 0.5f, 0.25f], new long[] { 0, 1, 3 }.Select(static update => RunningAverage.Cumulative.RateAt(update)));
        Assert.Equal([1f, 0.1f, 0.01f, 0.01f], new long[] { 0, 9, 99, 1000 }.Select(static update => RunningAverage.Auto.RateAt(update)));
        Assert.Throws<ArgumentOutOfRangeException>(() => RunningAverage.UpdateRate(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => RunningAverage.UpdateRate(float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => RunningAverage.Retention(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RunningAverage.HalfLife(0));
    }

    private static Model Sum(params (string Name, bool Decays, bool IsTrainable)[] biases)
    {
        var input = new InputNode("x", Shape.Batch(3));
        var output = biases.Aggregate(input.Output, static (value, bias) => new BiasAddNode("add", value, new ParameterNode(bias.Name, Shape.Of(3), Constant.Zero, bias.Decays, bias.IsTrainable).Output).Output);
        return new Model(input, output, 0);
    }
}
