using System.Collections.Immutable;
using Evenkeel.Graph.Normalization;

namespace Evenkeel.Layers;

/// <summary>What a network asks of the normalisation that is swapped into it.</summary>
public sealed record NormRequest
{
    /// <summary>The switches of batch normalisation, for those that are a kind of it.</summary>
    public BatchNormOptions BatchNorm { get; init; } = BatchNormOptions.Default;

    /// <summary>Gamma where the network wants another one than usual, for example 0 at the end of a residual branch; null for the normalisation's own.</summary>
    public AffineParameter? Scale { get; init; }

    internal NormOptions Options => Scale is { } scale ? NormOptions.Default with { Scale = scale } : NormOptions.Default;

    internal BatchNormOptions Batch => Scale is { } scale ? BatchNorm with { Scale = scale } : BatchNorm;
}

/// <summary>The normalisations by their names in configurations and after <c>--norm</c>: any of them can stand between a product and its nonlinearity in the models of <see cref="Models.ModelTable"/>.</summary>
/// <remarks>All members may be called from any thread.</remarks>
public static class NormTable
{
    // As in arXiv 1705.08741.
    private const int GhostSize = 128;

    /// <summary>The name of EvalNorm: batch normalisation whose evaluation takes a sample's own statistics too, with the weight <see cref="BatchNormOptions.SampleWeight"/>.</summary>
    public const string EvalNorm = "batch-eval";

    // One over a batch of 32, where nobody says how large training batches are.
    private const float UsualSampleWeight = 1f / 32;

    private static ImmutableSortedDictionary<string, Func<NormRequest, Layer?>> entries = ImmutableSortedDictionary.Create<string, Func<NormRequest, Layer?>>(StringComparer.Ordinal)
        .Add("batch", static request => new BatchNorm(request.Batch))
        .Add("batch-decorrelated", static request => new DecorrelatedBatchNorm(WhiteningOptions.Default with { RunningAverage = request.BatchNorm.RunningAverage }, request.Options))
        .Add(EvalNorm, static request => new BatchNorm(request.Batch with { SampleWeight = request.BatchNorm.SampleWeight > 0 ? request.BatchNorm.SampleWeight : UsualSampleWeight }))
        .Add("batch-ghost", static request => new BatchNorm(request.Batch with { GhostSize = GhostSize }))
        .Add("batch-l1", static request => new BatchNorm(request.Batch with { Divisor = BatchNormDivisor.MeanAbsolute }))
        .Add("batch-l2", static request => new BatchNorm(request.Batch with { Divisor = BatchNormDivisor.RootMeanSquare }))
        .Add("batch-max", static request => new BatchNorm(request.Batch with { Divisor = BatchNormDivisor.LargestAbsolute }))
        .Add("batch-noisy", static request => new Sequential(("norm", new BatchNorm(request.Batch)), ("noise", new MomentNoise())))
        .Add("batch-renorm", static request => new BatchNorm(request.Batch with { Renormalization = BatchRenormalization.Default }))
        .Add("group", static request => new GroupNorm(null, request.Options))
        .Add("instance", static request => new InstanceNorm(request.Options))
        .Add("layer", static request => new LayerNorm(request.Options))
        .Add("local-response", static _ => new LocalResponseNorm())
        .Add("noise", static _ => new MomentNoise())
        .Add("none", static _ => null)
        .Add("rms", static request => new RmsNorm(request.Options with { Shift = AffineParameter.Off }));

    /// <summary>All names, sorted.</summary>
    public static IEnumerable<string> Names => entries.Keys;

    /// <summary>Makes the normalisation called <paramref name="name"/>; null where it adds no layer.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="request">What the network asks for; null for the defaults.</param>
    /// <exception cref="LayerException">EK0122: no normalisation has the name.</exception>
    public static Layer? Create(string name, NormRequest? request = null) =>
        entries.TryGetValue(name, out var factory) ? factory(request ?? new NormRequest()) : throw LayerErrors.UnknownName(nameof(NormTable), "normalisation", name, entries.Keys);

    /// <summary>Adds a normalisation of your own.</summary>
    /// <param name="name">A name that nothing in the table has, in snake case.</param>
    /// <param name="factory">Makes the layer, or null where nothing is to be added; it may be called by several threads.</param>
    /// <exception cref="LayerException">EK0128: the name is taken.</exception>
    public static void Register(string name, Func<NormRequest, Layer?> factory)
    {
        if (!ImmutableInterlocked.Update(ref entries, static (table, entry) => table.ContainsKey(entry.name) ? table : table.Add(entry.name, entry.factory), (name, factory)))
            throw LayerErrors.NameTaken("normalisation", name);
    }
}
