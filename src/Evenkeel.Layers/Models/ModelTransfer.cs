using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Rewriting;

namespace Evenkeel.Layers.Models;

/// <summary>What transfer learning needs of a model: its head, its backbone, and layers that stay as they are.</summary>
/// <remarks>Yosinski et al., arXiv 1411.1792: layers in front, trained on one task, serve another one whose last layer is new.</remarks>
public static class ModelTransfer
{
    /// <summary>The last layer with weights, for example <c>output</c> or <c>fc</c>.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="LayerException">EK0831: the model has no layer with weights, or no name tells them apart.</exception>
    public static string HeadOf(Model model)
    {
        for (var place = model.Nodes.Length - 1; place >= 0; place--)
        {
            foreach (var input in model.Nodes[place].Inputs)
            {
                if (input.Producer is ParameterNode { Decays: true } parameter && LayerOf(parameter.Name) is { Length: > 0 } layer) return layer;
            }
        }

        throw LayerErrors.NoBackbone();
    }

    /// <summary>The layers with parameters or running statistics but for the head's, as <see cref="Freeze"/> takes them.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="LayerException">EK0831: there is the head alone.</exception>
    public static ImmutableArray<string> BackboneOf(Model model)
    {
        var head = HeadOf(model);
        ImmutableArray<string> layers = [.. Owners(model).Where(layer => layer != head)];
        return layers.IsEmpty ? throw LayerErrors.NoBackbone() : layers;
    }

    /// <summary>Whether something of that name belongs to a layer: its name is the layer's, or begins with it and a dot.</summary>
    /// <param name="name">A tensor or a node.</param>
    /// <param name="layer">The layer.</param>
    public static bool BelongsTo(string name, string layer) => name.StartsWith(layer, StringComparison.Ordinal) && (name.Length == layer.Length || name[layer.Length] == '.');

    /// <summary>The model with layers that training leaves as they are: their parameters are constant, and batch normalisation among them uses its running statistics, which stay too.</summary>
    /// <param name="model">The model; it stays as it is. No plan of it may be running.</param>
    /// <param name="layers">Names of layers, each with all inside it: <c>conv1</c> means <c>conv1.bn</c> too. See <see cref="BackboneOf"/>.</param>
    /// <returns>A model with values of its own, equal to the present ones; a checkpoint of it is frozen too.</returns>
    /// <exception cref="LayerException">EK0830: a name means no layer with parameters.</exception>
    /// <exception cref="Graph.GraphException">EK0631: batch normalisation inside a recurrent layer is among them.</exception>
    public static Model Freeze(this Model model, params ReadOnlySpan<string> layers)
    {
        ArgumentNullException.ThrowIfNull(model);
        var names = layers.ToArray();
        foreach (var name in names)
        {
            if (!model.ParameterNodes.Any(node => BelongsTo(node.Name, name)) && !model.StateNodes.Any(node => BelongsTo(node.Name, name))) throw LayerErrors.UnknownLayer(name, Owners(model));
        }

        var output = FreezeLayers.Apply(model.Output, node => Array.Exists(names, layer => BelongsTo(node, layer)));
        var frozen = new Model(model.Input, output, model.Seed)
        {
            Layers = model.Layers,
            DroppedBiases = model.DroppedBiases,
            Configuration = model.Configuration is { } json ? Frozen(ModelConfiguration.Parse(json), names).ToJson() : null,
        };
        Copy(model, frozen, static _ => true);
        return frozen;
    }

    /// <summary>Takes over all values of another model but for those of the last layer with weights.</summary>
    /// <param name="target">The model that gets them; its last layer may have another shape.</param>
    /// <param name="source">The model that has them.</param>
    /// <exception cref="LayerException">EK0831: the target has its last layer alone.</exception>
    /// <exception cref="Graph.GraphException">EK0106: the source lacks a tensor.</exception>
    public static void CopyBackboneFrom(this Model target, Model source)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(source);
        var layers = BackboneOf(target);
        Copy(source, target, name => layers.Any(layer => BelongsTo(name, layer)));
    }

    private static void Copy(Model source, Model target, Func<string, bool> isMeant)
    {
        foreach (var tensor in target.Parameters.Where(tensor => isMeant(tensor.Name))) tensor.CopyFrom(source.Parameters[tensor.Name].Span);
        foreach (var tensor in target.States.Where(tensor => isMeant(tensor.Name))) tensor.CopyFrom(source.States[tensor.Name].Span);
    }

    private static ModelConfiguration Frozen(ModelConfiguration configuration, string[] names) => configuration with { Frozen = [.. configuration.Frozen.Union(names, StringComparer.Ordinal)] };

    private static IEnumerable<string> Owners(Model model) =>
        model.ParameterNodes.Select(static node => node.Name).Concat(model.StateNodes.Select(static node => node.Name)).Select(LayerOf).Where(static layer => layer.Length > 0).Distinct(StringComparer.Ordinal);

    private static string LayerOf(string tensor) => tensor.LastIndexOf('.') is > 0 and var dot ? tensor[..dot] : "";
}
