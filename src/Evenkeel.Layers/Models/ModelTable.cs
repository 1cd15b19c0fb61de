using System.Collections.Immutable;

namespace Evenkeel.Layers.Models;

/// <summary>The networks by their names on the command line.</summary>
/// <remarks>All members may be called from any thread.</remarks>
public static class ModelTable
{
    private static ImmutableSortedDictionary<string, Func<ModelOptions, Layer>> entries = ImmutableSortedDictionary.Create<string, Func<ModelOptions, Layer>>(StringComparer.Ordinal)
        .Add("mlp", Mlp.Create);

    /// <summary>All names, sorted.</summary>
    public static IEnumerable<string> Names => entries.Keys;

    /// <summary>Makes the network called <paramref name="name"/>.</summary>
    /// <exception cref="LayerException">EK0122: no model has the name.</exception>
    public static Layer Create(string name, ModelOptions options) =>
        entries.TryGetValue(name, out var factory) ? factory(options) : throw LayerErrors.UnknownName(nameof(ModelTable), "model", name, entries.Keys);

    /// <summary>Adds a network of your own.</summary>
    /// <exception cref="LayerException">EK0128: the name is taken.</exception>
    public static void Register(string name, Func<ModelOptions, Layer> factory)
    {
        if (!ImmutableInterlocked.Update(ref entries, static (table, entry) => table.ContainsKey(entry.name) ? table : table.Add(entry.name, entry.factory), (name, factory)))
            throw LayerErrors.NameTaken("model", name);
    }
}
