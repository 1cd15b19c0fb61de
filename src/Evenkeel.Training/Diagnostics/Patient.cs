using System.Collections.Immutable;
using Evenkeel.Data.Datasets;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;

namespace Evenkeel.Training.Diagnostics;

/// <summary>What the doctor looks at; the more is known, the more checks can run.</summary>
/// <remarks>Nothing of it is changed by an examination: probes run on copies of the model's values.</remarks>
public sealed record Patient
{
    /// <summary>The model; no plan of it may be running.</summary>
    public required Model Model { get; init; }

    /// <summary>What training makes small; null where it is not known.</summary>
    public Loss? Loss { get; init; }

    /// <summary>Samples per step; null where it is not known.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Samples of an epoch; null where it is not known. Default the count of <see cref="Training"/>.</summary>
    public int? SamplesPerEpoch { get; init; }

    /// <summary>Steps that training will take; null where it is not known.</summary>
    public long? PlannedSteps { get; init; }

    /// <summary>Steps that were committed; null where it is not known.</summary>
    public long? Commits { get; init; }

    /// <summary>Batches whose gradients make one commit. Default 1.</summary>
    public int MicroBatches { get; init; } = 1;

    /// <summary>What batch normalisation sees of them. Default each by itself.</summary>
    public AccumulatedStatistics MicroBatchStatistics { get; init; } = AccumulatedStatistics.Averaged;

    /// <summary>Samples that are normalised together; null where the batch size is not known.</summary>
    internal int? NormalizedTogether => MicroBatchStatistics == AccumulatedStatistics.Exact ? BatchSize * MicroBatches : BatchSize;

    /// <summary>Whether samples come in a new order in every epoch, as with <see cref="Trainer"/> unless <see cref="TrainerOptions.Shuffle"/> is off. Default true.</summary>
    public bool Shuffles { get; init; } = true;

    /// <summary>Samples of the training part as the model sees them, transforms applied; null for none.</summary>
    public Dataset? Training { get; init; }

    /// <summary>Held-out samples as the model sees them, transforms applied; null for none.</summary>
    public Dataset? Evaluation { get; init; }

    /// <summary>How training went; null where there is no log.</summary>
    public TrainingCurve? Curve { get; init; }

    /// <summary>Earlier median running variances of every normalisation, oldest first, as a live examination gathers them. Default none.</summary>
    public ImmutableDictionary<string, ImmutableArray<double>> VarianceHistory { get; init; } = ImmutableDictionary<string, ImmutableArray<double>>.Empty;

    /// <summary>What a sweep over learning rates found; null where none was made.</summary>
    public RateSweep? RateSweep { get; init; }
}
