using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Layers;

/// <summary>What all scopes of one model share: which names are used, and the layers in the order of their completion.</summary>
internal sealed class BuildRecord
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<ModelLayer> _layers = [];

    public ImmutableArray<ModelLayer> Layers => [.. _layers];

    /// <summary>Which steps of the sequences are there, for the layers that are being built.</summary>
    public Value? Mask { get; set; }

    public Value Apply(string path, Layer layer, Value input)
    {
        var scope = new BuildScope(this, path, layer);
        if (!_names.Add(path)) throw LayerErrors.NameUsedTwice(scope.Where);
        var output = layer.Build(scope, input);
        _layers.Add(new ModelLayer(path, layer.Kind, input.Shape, output.Shape));
        return output;
    }
}
