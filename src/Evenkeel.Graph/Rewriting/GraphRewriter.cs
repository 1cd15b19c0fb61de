using System.Collections.Immutable;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Graph.Rewriting;

/// <summary>Copies a graph while replacing some of its values.</summary>
public static class GraphRewriter
{
    /// <summary>Rebuilds what <paramref name="targets"/> need.</summary>
    /// <param name="targets">The values that are wanted.</param>
    /// <param name="replace">For a node and its already rewritten inputs: what stands for its outputs, or null to keep the operation. Last outputs that nothing reads may be left out.</param>
    /// <returns>The targets in the new graph, in order.</returns>
    public static ImmutableArray<Value> Rewrite(ReadOnlySpan<Value> targets, Func<Node, ImmutableArray<Value>, IReadOnlyList<Value>?> replace)
    {
        var renewed = new Dictionary<Value, Value>(ReferenceEqualityComparer.Instance);
        foreach (var node in NodeOrder.Of(targets))
        {
            ImmutableArray<Value> inputs = [.. node.Inputs.Select(input => renewed[input])];
            var outputs = replace(node, inputs) ?? (inputs.SequenceEqual(node.Inputs) ? node : node.WithInputs(inputs)).Outputs;
            for (var i = 0; i < Math.Min(node.Outputs.Count, outputs.Count); i++) renewed[node.Outputs[i]] = outputs[i];
        }

        var result = ImmutableArray.CreateBuilder<Value>(targets.Length);
        foreach (var target in targets) result.Add(renewed[target]);
        return result.MoveToImmutable();
    }
}
