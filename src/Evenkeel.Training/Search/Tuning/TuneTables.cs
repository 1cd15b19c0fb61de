namespace Evenkeel.Training.Search.Tuning;

/// <summary>The samplers by their names.</summary>
public static class SamplerTable
{
    private static readonly SortedDictionary<string, Func<ISampler>> Entries = new(StringComparer.Ordinal)
    {
        [HaltonSampler.TableName] = static () => new HaltonSampler(),
        [RandomSampler.TableName] = static () => new RandomSampler(),
        [TpeSampler.TableName] = static () => new TpeSampler(),
    };

    /// <summary>All names, sorted.</summary>
    public static IEnumerable<string> Names => Entries.Keys;

    /// <summary>Makes the sampler called <paramref name="name"/>.</summary>
    /// <exception cref="TrainingException">EK0464: no sampler has the name.</exception>
    public static ISampler Create(string name) => Entries.TryGetValue(name, out var make) ? make() : throw TuneErrors.UnknownName("sampler", name, Names);
}

/// <summary>The pruners by their names.</summary>
public static class PrunerTable
{
    private static readonly SortedDictionary<string, Func<IPruner>> Entries = new(StringComparer.Ordinal)
    {
        [AshaPruner.TableName] = static () => new AshaPruner(),
        [MedianPruner.TableName] = static () => new MedianPruner(),
        [NoPruner.TableName] = static () => new NoPruner(),
    };

    /// <summary>All names, sorted.</summary>
    public static IEnumerable<string> Names => Entries.Keys;

    /// <summary>Makes the pruner called <paramref name="name"/>.</summary>
    /// <exception cref="TrainingException">EK0464: no pruner has the name.</exception>
    public static IPruner Create(string name) => Entries.TryGetValue(name, out var make) ? make() : throw TuneErrors.UnknownName("pruner", name, Names);
}
