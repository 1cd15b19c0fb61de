namespace Evenkeel.Optimization.Schedules;

/// <summary>One cycle: half a cosine up from a low rate to the highest, half a cosine down to a far lower one.</summary>
/// <remarks>
/// With <c>c = climb commits</c> and <c>h(p) = (1 - cos(pi p)) / 2</c>: <c>start + (rate - start) h(t / c)</c> while <c>t &lt; c</c>, then <c>rate + (end - rate) h((t - c) / (commits - c))</c>, the end from <c>t = commits</c> on.
/// Smith and Topin, arXiv 1708.07120, with cosines for the lines and the numbers that are usual.
/// </remarks>
public sealed record OneCycleSchedule : Schedule
{
    private const string Where = "one-cycle schedule";

    /// <summary>Creates the schedule.</summary>
    /// <param name="learningRate">The highest rate, above 0.</param>
    /// <param name="commits">How many commits are planned, at least 1.</param>
    /// <param name="climb">The share of the run that climbs, in [0, 1]. Default 0.3.</param>
    /// <param name="start">The first rate as a share of the highest, in [0, 1]. Default 0.04.</param>
    /// <param name="end">The last rate as a share of the highest, in [0, 1]. Default 4e-6.</param>
    /// <exception cref="OptimizationException">EK0801: a number is out of its range.</exception>
    public OneCycleSchedule(float learningRate, long commits, float climb = 0.3f, float start = 0.04f, float end = 4e-6f)
    {
        LearningRate = PositiveRate(Where, learningRate);
        Commits = PlannedCommits(Where, commits);
        Climbing = Share(Where, "climb", climb, mayBeZero: true);
        Start = Share(Where, "start", start, mayBeZero: true);
        End = Share(Where, "end", end, mayBeZero: true);
    }

    /// <summary>The highest rate.</summary>
    public float LearningRate { get; }

    /// <summary>The planned commits.</summary>
    public long Commits { get; }

    /// <summary>The share of the run that climbs.</summary>
    public float Climbing { get; }

    /// <summary>The first rate as a share of the highest.</summary>
    public float Start { get; }

    /// <summary>The last rate as a share of the highest.</summary>
    public float End { get; }

    /// <inheritdoc/>
    public override string Name => "one_cycle";

    /// <inheritdoc/>
    public override float LearningRateAt(long commit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(commit);
        var top = (double)Climbing * Commits;
        if (commit >= Commits) return (float)((double)LearningRate * End);
        return (float)(LearningRate * (commit < top ? Between(Start, 1, commit / top) : Between(1, End, (commit - top) / (Commits - top))));
    }

    private static double Between(double from, double to, double progress) => from + ((to - from) * (1 - Math.Cos(Math.PI * progress)) / 2);
}
