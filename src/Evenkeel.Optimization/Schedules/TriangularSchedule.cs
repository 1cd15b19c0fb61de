namespace Evenkeel.Optimization.Schedules;

/// <summary>A straight line up from a share of the learning rate to the whole, and one down to another share: <c>start + (1 - start) t / p</c> while <c>t &lt; p</c> with <c>p = peak commits</c>, then <c>1 + (end - 1) (t - p) / (commits - p)</c>, times the rate; the end from <c>t = commits</c> on.</summary>
/// <remarks>Smith, arXiv 1506.01186, one cycle of it; the usual shares are those of Jordan, arXiv 2404.00498, section 3.</remarks>
public sealed record TriangularSchedule : Schedule
{
    private const string Where = "triangular schedule";

    /// <summary>Creates the schedule.</summary>
    /// <param name="learningRate">The highest rate, above 0.</param>
    /// <param name="commits">How many commits are planned, at least 1.</param>
    /// <param name="peak">Where the top is, as a share of the run, in [0, 1]. Default 0.23.</param>
    /// <param name="start">The first rate as a share of the highest, in [0, 1]. Default 0.2.</param>
    /// <param name="end">The last rate as a share of the highest, in [0, 1]. Default 0.07.</param>
    /// <exception cref="OptimizationException">EK0801: a number is out of its range.</exception>
    public TriangularSchedule(float learningRate, long commits, float peak = 0.23f, float start = 0.2f, float end = 0.07f)
    {
        LearningRate = PositiveRate(Where, learningRate);
        Commits = PlannedCommits(Where, commits);
        Peak = Share(Where, "peak", peak, mayBeZero: true);
        Start = Share(Where, "start", start, mayBeZero: true);
        End = Share(Where, "end", end, mayBeZero: true);
    }

    /// <summary>The highest rate.</summary>
    public float LearningRate { get; }

    /// <summary>The planned commits.</summary>
    public long Commits { get; }

    /// <summary>Where the top is, as a share of the run.</summary>
    public float Peak { get; }

    /// <summary>The first rate as a share of the highest.</summary>
    public float Start { get; }

    /// <summary>The last rate as a share of the highest.</summary>
    public float End { get; }

    /// <inheritdoc/>
    public override string Name => "triangular";

    /// <inheritdoc/>
    public override float LearningRateAt(long commit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(commit);
        var top = (double)Peak * Commits;
        if (commit >= Commits) return (float)((double)LearningRate * End);
        return (float)(LearningRate * (commit < top ? Start + ((1.0 - Start) * commit / top) : 1 + ((End - 1.0) * (commit - top) / (Commits - top))));
    }
}
