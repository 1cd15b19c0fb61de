namespace Evenkeel.Optimization.Schedules;

/// <summary>A linear warm-up to the learning rate, then a steady fall by the same share in every commit: <c>rate end^((t - warmup) / (commits - warmup))</c>, also behind the planned end.</summary>
/// <remarks>The batch-normalisation paper's ImageNet networks fall exponentially (Ioffe and Szegedy 2015, section 4.2.1).</remarks>
public sealed record ExponentialSchedule : Schedule
{
    private const string Where = "exponential schedule";

    /// <summary>Creates the schedule.</summary>
    /// <param name="learningRate">The highest rate, above 0.</param>
    /// <param name="commits">How many commits are planned, at least 1.</param>
    /// <param name="end">The share of the rate that is left at the end, in (0, 1]. Default 0.01.</param>
    /// <param name="warmup">How many commits climb first, from 0 to one less than <paramref name="commits"/>. Default 0.</param>
    /// <exception cref="OptimizationException">EK0801: a number is out of its range.</exception>
    public ExponentialSchedule(float learningRate, long commits, float end = 0.01f, long warmup = 0)
    {
        LearningRate = PositiveRate(Where, learningRate);
        Commits = PlannedCommits(Where, commits);
        End = Share(Where, "end", end, mayBeZero: false);
        Warmup = PartOfCommits(Where, warmup, commits - 1);
    }

    /// <summary>The highest rate.</summary>
    public float LearningRate { get; }

    /// <summary>The planned commits.</summary>
    public long Commits { get; }

    /// <summary>The share of the rate that is left at the end.</summary>
    public float End { get; }

    /// <summary>The commits that climb.</summary>
    public long Warmup { get; }

    /// <inheritdoc/>
    public override string Name => "exponential";

    /// <inheritdoc/>
    public override float LearningRateAt(long commit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(commit);
        return commit < Warmup
            ? Climb(LearningRate, commit, Warmup)
            : (float)(LearningRate * Math.Pow(End, (double)(commit - Warmup) / (Commits - Warmup)));
    }
}
