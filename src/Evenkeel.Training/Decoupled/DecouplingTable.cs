using System.Collections.Immutable;

namespace Evenkeel.Training.Decoupled;

/// <summary>The ways of decoupling by their names on the command line.</summary>
public static class DecouplingTable
{
    private static readonly ImmutableSortedDictionary<string, GradientSource> Entries = ImmutableSortedDictionary.Create<string, GradientSource>(StringComparer.Ordinal)
        .Add("cdni", GradientSource.Conditioned)
        .Add("dni", GradientSource.Synthetic)
        .Add("locked", GradientSource.Backpropagation)
        .Add("no-bprop", GradientSource.None);

    /// <summary>All names, sorted.</summary>
    public static IEnumerable<string> Names => Entries.Keys;

    /// <summary>The options that a name stands for; all but the source of gradients are the defaults.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="TrainingException">EK0857: nothing has the name.</exception>
    public static DecoupledOptions Create(string name) => Entries.TryGetValue(name, out var source) ? new DecoupledOptions { Gradients = source } : throw DecoupledErrors.UnknownName(name, Names);
}
