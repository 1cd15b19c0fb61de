namespace Evenkeel.Training.Search.Tuning;

/// <summary>Tells whether a trial should be given up; a function of the trials alone.</summary>
public interface IPruner
{
    /// <summary>Judges a trial after its newest report.</summary>
    /// <param name="trial">The trial, with at least one report.</param>
    /// <param name="trials">All trials, this one included.</param>
    bool ShouldPrune(StudyTrial trial, IReadOnlyList<StudyTrial> trials);
}

/// <summary>Gives up no trial.</summary>
public sealed class NoPruner : IPruner
{
    /// <summary>Its name.</summary>
    public const string TableName = "none";

    /// <inheritdoc/>
    public bool ShouldPrune(StudyTrial trial, IReadOnlyList<StudyTrial> trials) => false;
}

/// <summary>Gives up a trial whose best value so far is worse than the median of the others at the same step (Golovin et al., KDD 2017, section 3.2.1, with medians of values).</summary>
/// <remarks>The first <see cref="Spared"/> trials and the first <see cref="WarmUp"/> reports of each are spared.</remarks>
public sealed class MedianPruner : IPruner
{
    /// <summary>Its name.</summary>
    public const string TableName = "median";

    /// <summary>Finished trials before any is given up.</summary>
    public const int Spared = 5;

    /// <summary>Reports of a trial before it is judged.</summary>
    public const int WarmUp = 1;

    /// <inheritdoc/>
    public bool ShouldPrune(StudyTrial trial, IReadOnlyList<StudyTrial> trials)
    {
        if (trial.Reports.Count <= WarmUp || trials.Count(static other => other.State is TrialState.Complete or TrialState.Pruned) < Spared) return false;
        var step = trial.Reports[^1].Step;
        var values = trials.Where(other => other.Number != trial.Number).Select(other => other.At(step)).OfType<double>().Order().ToArray();
        if (values.Length == 0) return false;
        var median = (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
        return trial.Reports.Min(static report => report.Value) > median;
    }
}

/// <summary>Asynchronous successive halving: at reports 1, 3, 9, 27 and so on, only the best third of all that got there goes on (Li et al., arXiv 1810.05934, the stopping variant).</summary>
/// <remarks>The first at a rung goes on; nobody waits for others.</remarks>
public sealed class AshaPruner : IPruner
{
    /// <summary>Its name.</summary>
    public const string TableName = "asha";

    /// <summary>One in so many goes on, and rungs lie so far apart.</summary>
    public const int Reduction = 3;

    /// <inheritdoc/>
    public bool ShouldPrune(StudyTrial trial, IReadOnlyList<StudyTrial> trials)
    {
        var rung = trial.Reports.Count;
        for (var power = 1; power <= rung; power *= Reduction)
        {
            if (power != rung) continue;
            var value = BestAt(trial, rung);
            var values = trials.Where(other => other.Reports.Count >= rung).Select(other => BestAt(other, rung)).ToArray();
            var goOn = Math.Max(1, values.Length / Reduction);
            return values.Count(other => other < value) >= goOn;
        }

        return false;
    }

    private static double BestAt(StudyTrial trial, int rung) => trial.Reports.Take(rung).Min(static report => report.Value);
}
