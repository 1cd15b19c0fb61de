using System.Collections.Immutable;
using Evenkeel.Graph.Models;

namespace Evenkeel.Layers.Initializers;

/// <summary>Initialisers by short names, for the command line; configurations write types and numbers instead, see <see cref="Configuration.InitializerTable"/>.</summary>
public static class NamedInitializers
{
    private static readonly ImmutableSortedDictionary<string, Initializer> Entries = ImmutableSortedDictionary.Create<string, Initializer>(StringComparer.Ordinal)
        .Add("glorot_normal", Glorot.Normal)
        .Add("glorot_uniform", Glorot.Uniform)
        .Add("he_normal", He.Normal)
        .Add("he_normal_fan_out", He.NormalFanOut)
        .Add("he_uniform", He.Uniform)
        .Add("he_uniform_fan_out", He.UniformFanOut)
        .Add("lecun_normal", LeCun.Normal)
        .Add("lecun_uniform", LeCun.Uniform)
        .Add("orthogonal", new Orthogonal())
        .Add("zeros", Constant.Zero);

    /// <summary>All names, sorted.</summary>
    public static IEnumerable<string> Names => Entries.Keys;

    /// <summary>The initialiser called <paramref name="name"/>.</summary>
    /// <exception cref="LayerException">EK0122: no initialiser has the name.</exception>
    public static Initializer Create(string name) => Entries.TryGetValue(name, out var initializer) ? initializer : throw LayerErrors.UnknownName(nameof(NamedInitializers), "initializer", name, Entries.Keys);
}
