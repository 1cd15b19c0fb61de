using Evenkeel.Graph.Nodes;

namespace Evenkeel.Graph.Rewriting;

/// <summary>Removes biases that batch normalisation with batch statistics subtracts again: <c>BN(Wu + b) = BN(Wu)</c>.</summary>
/// <remarks>Ioffe and Szegedy 2015, section 3.2. Before running statistics, and before a norm that is taken about zero, a bias matters and stays.</remarks>
public static class DropCancelledBias
{
    /// <summary>Rewrites the graph behind <paramref name="output"/>.</summary>
    /// <param name="output">What the model makes.</param>
    /// <param name="dropped">Receives the names of the layers that lost their bias.</param>
    public static Value Apply(Value output, ICollection<string> dropped)
    {
        var order = NodeOrder.Of(output);
        var consumers = order.SelectMany(static node => node.Inputs.Select(input => (input, node))).ToLookup(static pair => pair.input, static pair => pair.node);

        bool IsCancelled(Node node) => node is BiasAddNode { DropIfCancelled: true } bias
            && !ReferenceEquals(bias.Output, output)
            && consumers[bias.Output].All(consumer => consumer is BatchNormNode { Options.CancelsBias: true } norm && ReferenceEquals(norm.Input, bias.Output));

        return GraphRewriter.Rewrite([output], (node, inputs) =>
        {
            if (!IsCancelled(node)) return null;
            dropped.Add(node.Name);
            return [inputs[0]];
        })[0];
    }
}
