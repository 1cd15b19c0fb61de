using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Training.Decoupled;

/// <summary>Chooses where a model is taken apart.</summary>
public static class SegmentCuts
{
    /// <summary>The values at which it is cut, in the order of the flow.</summary>
    /// <param name="model">The model.</param>
    /// <param name="after">Names of layers to cut behind; none for a cut before every layer with weights but the first.</param>
    /// <exception cref="TrainingException">EK0850: the model cannot be cut behind a layer of that name. EK0851: there is nowhere to cut.</exception>
    public static ImmutableArray<Value> Of(Model model, ImmutableArray<string> after = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        var places = CutValues.Of(model);
        var chosen = after.IsDefaultOrEmpty ? BeforeWeights(model, places) : Behind(places, after);
        return chosen.IsEmpty ? throw DecoupledErrors.OneSegment(model.Output.Name) : chosen;
    }

    /// <summary>What a segment is called: the layers with weights in it.</summary>
    internal static string NameOf(Model part) => string.Join('+', part.Nodes.Where(HasWeights).Select(static node => node.Name));

    private static ImmutableArray<Value> Behind(ImmutableArray<Value> places, ImmutableArray<string> after)
    {
        var chosen = new HashSet<Value>(ReferenceEqualityComparer.Instance);
        foreach (var name in after)
        {
            chosen.Add(places.LastOrDefault(place => place.Producer.Name == name || place.Producer.Name.StartsWith($"{name}.", StringComparison.Ordinal))
                ?? throw DecoupledErrors.NoCut(name, places.Select(static place => place.Producer.Name)));
        }

        return [.. places.Where(chosen.Contains)];
    }

    private static ImmutableArray<Value> BeforeWeights(Model model, ImmutableArray<Value> places)
    {
        var chosen = ImmutableArray.CreateBuilder<Value>();
        var (place, seen) = (-1, false);
        foreach (var node in model.Nodes)
        {
            if (HasWeights(node))
            {
                // One cut before a block of several layers, such as a residual one.
                if (seen && place >= 0 && (chosen.Count == 0 || !ReferenceEquals(chosen[^1], places[place]))) chosen.Add(places[place]);
                seen = true;
            }

            if (place + 1 < places.Length && ReferenceEquals(node, places[place + 1].Producer)) place++;
        }

        return chosen.ToImmutable();
    }

    private static bool HasWeights(Node node) => node.Inputs.Any(static input => input.Producer is ParameterNode { Decays: true, IsTrainable: true });
}
