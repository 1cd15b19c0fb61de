using System.Collections.Immutable;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Graph.Models;

/// <summary>The values that everything passes through on its way from a model's input to its output: where it can be taken apart.</summary>
/// <remarks>In a chain of layers these are the results of all layers; a residual block or a branch has none inside.</remarks>
public static class CutValues
{
    /// <summary>Finds them, in the order of the flow; input and output of the model are not among them.</summary>
    /// <param name="model">The model.</param>
    public static ImmutableArray<Value> Of(Model model)
    {
        var last = new Dictionary<Value, int>(ReferenceEqualityComparer.Instance) { [model.Output] = int.MaxValue };
        var depends = new HashSet<Value>(ReferenceEqualityComparer.Instance) { model.Input.Output };
        for (var i = 0; i < model.Nodes.Length; i++)
        {
            var inputs = model.Nodes[i].Inputs.Where(depends.Contains).ToArray();
            if (inputs.Length > 0) depends.UnionWith(model.Nodes[i].Outputs);
            foreach (var input in inputs) last[input] = Math.Max(i, last.GetValueOrDefault(input));
        }

        // In any order that respects the flow, what is waited for right behind such a value is that value alone.
        var cuts = ImmutableArray.CreateBuilder<Value>();
        var waiting = new HashSet<Value>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < model.Nodes.Length; i++)
        {
            waiting.UnionWith(model.Nodes[i].Outputs.Where(value => depends.Contains(value) && last.ContainsKey(value)));
            waiting.RemoveWhere(value => last[value] <= i);
            if (waiting.Count != 1) continue;
            var cut = waiting.First();
            if (!ReferenceEquals(cut, model.Input.Output) && !ReferenceEquals(cut, model.Output) && (cuts.Count == 0 || !ReferenceEquals(cut, cuts[^1]))) cuts.Add(cut);
        }

        return cuts.ToImmutable();
    }
}
