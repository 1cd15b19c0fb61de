using System.Collections.Immutable;
using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>Branches of one input, their results side by side along the channels: <c>y = [branch1(x), branch2(x), ...]</c>.</summary>
/// <remarks>Szegedy et al., Going deeper with convolutions, arXiv 1409.4842. A chain of no layers, <c>new Sequential()</c>, lets the input itself through.</remarks>
public sealed class Concatenation : Layer
{
    /// <summary>Creates the branches.</summary>
    /// <param name="branches">The branches, each with a name or without; at least one, checked when a model is built.</param>
    public Concatenation(params ReadOnlySpan<NamedLayer> branches)
    {
        foreach (var branch in branches) ArgumentNullException.ThrowIfNull(branch.Layer, nameof(branches));
        Branches = [.. branches];
    }

    /// <summary>The branches in order.</summary>
    public ImmutableArray<NamedLayer> Branches { get; }

    /// <inheritdoc/>
    public override string Kind => "concatenation";

    /// <inheritdoc/>
    /// <exception cref="Evenkeel.Graph.GraphException">EK0101: there is no branch, or the branches end in different heights or widths.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        Value[] results = [.. Branches.Select(branch => branch.Name is { } name ? scope.Apply(name, branch.Layer, input) : scope.Apply(branch.Layer, input))];
        return new ConcatenationNode(scope.Name, results).Output;
    }

    internal static Concatenation Read(OptionReader options) => new(options.Layers("branches").AsSpan());

    internal static void Write(Concatenation layer, OptionWriter options) => options.Layers("branches", layer.Branches);
}
