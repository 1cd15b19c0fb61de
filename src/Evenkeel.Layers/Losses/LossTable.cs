using System.Collections.Immutable;
using Evenkeel.Graph.Models;

namespace Evenkeel.Layers.Losses;

/// <summary>The losses by their names in configurations.</summary>
/// <remarks>All members may be called from any thread.</remarks>
public static class LossTable
{
    private static ImmutableSortedDictionary<string, Func<Loss>> entries = ImmutableSortedDictionary.Create<string, Func<Loss>>(StringComparer.Ordinal)
        .Add("binary_cross_entropy", static () => new BinaryCrossEntropy())
        .Add("hinge", static () => new Hinge())
        .Add("huber", static () => new Huber())
        .Add("kullback_leibler", static () => new KullbackLeibler())
        .Add("mean_absolute_error", static () => new MeanAbsoluteError())
        .Add("mean_squared_error", static () => new MeanSquaredError())
        .Add("soft_cross_entropy", static () => new SoftCrossEntropy())
        .Add("softmax_cross_entropy", static () => new SoftmaxCrossEntropy());

    /// <summary>All names, sorted.</summary>
    public static IEnumerable<string> Names => entries.Keys;

    /// <summary>Makes the loss called <paramref name="name"/>.</summary>
    /// <exception cref="LayerException">EK0122: no loss has the name.</exception>
    public static Loss Create(string name) =>
        entries.TryGetValue(name, out var factory) ? factory() : throw LayerErrors.UnknownName(nameof(LossTable), "loss", name, entries.Keys);

    /// <summary>Adds a loss of your own, whose <see cref="Loss.Name"/> is <paramref name="name"/>.</summary>
    /// <exception cref="LayerException">EK0128: the name is taken.</exception>
    public static void Register(string name, Func<Loss> factory)
    {
        if (!ImmutableInterlocked.Update(ref entries, static (table, entry) => table.ContainsKey(entry.name) ? table : table.Add(entry.name, entry.factory), (name, factory)))
            throw LayerErrors.NameTaken("loss", name);
    }
}
