using Evenkeel.Data.Datasets;

namespace Evenkeel.Lab.Experiments;

/// <summary>How much a run of an experiment may spend.</summary>
public enum Budget
{
    /// <summary>Fewer steps, one seed, no sweep: seconds.</summary>
    Quick,

    /// <summary>The experiment as it is described, few seeds: minutes.</summary>
    Standard,

    /// <summary>As standard, with more seeds.</summary>
    Full,
}

/// <summary>How far a run is.</summary>
/// <param name="Stage">What is going on.</param>
/// <param name="Done">Steps done in this stage.</param>
/// <param name="Total">Steps of this stage.</param>
public readonly record struct ExperimentProgress(string Stage, int Done, int Total);

/// <summary>What an experiment gets.</summary>
/// <param name="Data">The dataset.</param>
public sealed record ExperimentContext(DatasetParts Data)
{
    /// <summary>How much may be spent. Default standard.</summary>
    public Budget Budget { get; init; } = Budget.Standard;

    /// <summary>How many seeds, from 1 on; null for the budget's own.</summary>
    public int? Seeds { get; init; }

    /// <summary>Threads; 0 for all cores (default). Never changes a bit of the result.</summary>
    public int Threads { get; init; }

    /// <summary>Told how far the run is; calls may come from several threads.</summary>
    public IProgress<ExperimentProgress>? Progress { get; init; }

    /// <summary>Ends the run early, without a result.</summary>
    public CancellationToken Cancellation { get; init; }
}
