using System.Collections.Immutable;
using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>Layers one after another.</summary>
/// <remarks>
/// <c>new Sequential(new Dense(100), new BatchNorm(), new Relu(), new Dense(10))</c> names them by kind and number (<c>dense1, batch_norm1, relu1, dense2</c>);
/// <c>new Sequential(("hidden1", new Dense(100)), ("hidden1.bn", new BatchNorm()))</c> names them as written.
/// </remarks>
public sealed class Sequential : Layer
{
    /// <summary>Creates the chain.</summary>
    /// <param name="layers">The layers, each with a name or without; none make a chain that changes nothing.</param>
    public Sequential(params ReadOnlySpan<NamedLayer> layers)
    {
        foreach (var layer in layers) ArgumentNullException.ThrowIfNull(layer.Layer, nameof(layers));
        Layers = [.. layers];
    }

    /// <summary>The layers in order.</summary>
    public ImmutableArray<NamedLayer> Layers { get; }

    /// <inheritdoc/>
    public override string Kind => "sequential";

    /// <inheritdoc/>
    public override Value Build(BuildScope scope, Value input)
    {
        foreach (var (name, layer) in Layers) input = name is null ? scope.Apply(layer, input) : scope.Apply(name, layer, input);
        return input;
    }

    internal static Sequential Read(OptionReader options) => new(options.Layers("layers").AsSpan());

    internal static void Write(Sequential layer, OptionWriter options) => options.Layers("layers", layer.Layers);
}
