using Evenkeel.Data.Datasets;

namespace Evenkeel.Lab.Runs;

/// <summary>A run as a function of its settings: the same settings and data give the same series, so finished ones are never run twice.</summary>
public abstract record Trial
{
    /// <summary>The dataset, by its name in the table of datasets; empty for none.</summary>
    public virtual string Dataset => "";

    /// <summary>How much work it is, in steps; for progress alone.</summary>
    public abstract long Work { get; }

    /// <summary>What the run is for, in a few words; for progress alone.</summary>
    public virtual string Label => "";

    /// <summary>Everything that decides the result, the data apart.</summary>
    public abstract RunKey Key { get; }

    /// <summary>Runs it on the calling thread.</summary>
    /// <param name="context">Data, progress, cancellation.</param>
    /// <exception cref="OperationCanceledException">The context's token was cancelled.</exception>
    public abstract IReadOnlyDictionary<string, double[]> Run(TrialContext context);
}

/// <summary>What a trial gets.</summary>
/// <param name="Data">The dataset; null where the trial names none.</param>
/// <param name="OnSteps">Told how many steps were done since the last call.</param>
/// <param name="Cancellation">Ends the run early.</param>
public sealed record TrialContext(DatasetParts? Data, Action<int> OnSteps, CancellationToken Cancellation)
{
    /// <summary>Counts steps, and ends the run where that was asked for.</summary>
    /// <param name="steps">Steps since the last call.</param>
    public void Advance(int steps)
    {
        Cancellation.ThrowIfCancellationRequested();
        OnSteps(steps);
    }
}
