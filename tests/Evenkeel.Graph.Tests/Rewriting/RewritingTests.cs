using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Rewriting;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Tests.Rewriting;

public sealed class RewritingTests
{
    private readonly Value _input = new InputNode("x", Shape.Batch(3)).Output;
    private readonly Value _bias = new ParameterNode("b", Shape.Of(3), Constant.Zero, decays: false).Output;

    [Fact]
    public void A_bias_before_batch_statistics_alone_is_dropped()
    {
        var dropped = new List<string>();
        var output = DropCancelledBias.Apply(Norm("bn", Biased()), dropped);
        Assert.Equal(["fc"], dropped);
        Assert.Same(_input, output.Producer.Inputs[0]);
    }

    [Fact]
    public void A_bias_before_two_normalisations_of_batch_statistics_is_dropped_once()
    {
        var (biased, dropped) = (Biased(), new List<string>());
        var output = DropCancelledBias.Apply(new AddNode("sum", Norm("bn1", biased), Norm("bn2", biased)).Output, dropped);
        Assert.Equal(["fc"], dropped);
        Assert.DoesNotContain(NodeOrder.Of(output), static node => node is BiasAddNode);
    }

    [Fact]
    public void A_bias_stays_before_running_statistics_other_readers_the_output_and_where_it_is_wanted()
    {
        var biased = Biased();
        foreach (var output in new[]
        {
            Norm("bn", biased, BatchNormOptions.Frozen),
            new AddNode("sum", Norm("bn", biased), biased).Output,
            new AddNode("sum", Norm("bn", biased), Norm("frozen", biased, BatchNormOptions.Frozen)).Output,
            biased,
            Norm("bn", Biased(dropIfCancelled: false)),
        })
        {
            var dropped = new List<string>();
            Assert.Same(output, DropCancelledBias.Apply(output, dropped));
            Assert.Empty(dropped);
        }
    }

    [Fact]
    public void What_is_not_replaced_is_not_copied()
    {
        var first = new ActivationNode("first", _input, "relu").Output;
        var second = new ActivationNode("second", first, "tanh").Output;
        var third = new ActivationNode("third", second, "relu").Output;
        var rewritten = GraphRewriter.Rewrite([third, first], static (node, inputs) => node.Name == "second" ? [inputs[0]] : null);
        Assert.Same(first, rewritten[1]);
        Assert.Same(first, rewritten[0].Producer.Inputs[0]);
        Assert.Equal("third", rewritten[0].Producer.Name);
        Assert.Same(third, GraphRewriter.Rewrite([third], static (_, _) => null)[0]);
    }

    private Value Biased(bool dropIfCancelled = true) => new BiasAddNode("fc", _input, _bias, dropIfCancelled).Output;

    private static Value Norm(string name, Value input, BatchNormOptions? options = null)
    {
        Value State(string part, int size) => new StateNode($"{name}.{part}", Shape.Of(size), Constant.Zero).Output;
        return new BatchNormNode(name, input, null, null, State("mean", 3), State("variance", 3), State("weight", 2), options ?? BatchNormOptions.Default).Output;
    }
}
