namespace Evenkeel.Optimization.Schedules;

/// <summary>A linear warm-up to the learning rate, then half a cosine down to the floor.</summary>
/// <remarks>
/// <c>rate (t + 1) / warmup</c> while <c>t &lt; warmup</c>, so that the first commit moves and the last one of the warm-up has the full rate;
/// then <c>floor + (rate - floor) (1 + cos(pi (t - warmup) / (commits - warmup))) / 2</c>; the floor from <c>t = commits</c> on.
/// Cosine: Loshchilov and Hutter, arXiv 1608.03983, equation 5. Warm-up: Goyal et al., arXiv 1706.02677, section 2.2.
/// </remarks>
public sealed record CosineSchedule : Schedule
{
    /// <summary>Creates the schedule.</summary>
    /// <param name="learningRate">The highest rate, above 0.</param>
    /// <param name="commits">How many commits are planned, at least 1.</param>
    /// <param name="warmup">How many of them climb, from 0 to <paramref name="commits"/>. Default 0; <see cref="UsualWarmup"/> has the trainer's choice.</param>
    /// <param name="floor">The rate at the end, from 0 to <paramref name="learningRate"/>. Default 0.</param>
    /// <exception cref="OptimizationException">EK0801: a number is out of its range.</exception>
    public CosineSchedule(float learningRate, long commits, long warmup = 0, float floor = 0)
    {
        const string Where = "cosine schedule";
        LearningRate = PositiveRate(Where, learningRate);
        Commits = PlannedCommits(Where, commits);
        Warmup = PartOfCommits(Where, warmup, commits);
        Floor = floor >= 0 && floor <= learningRate ? floor : throw OptimizationErrors.BadOption(Where, "floor", floor, "0 to the learning rate", "0 lets the rate fall to nothing.");
    }

    /// <summary>The highest rate.</summary>
    public float LearningRate { get; }

    /// <summary>The planned commits.</summary>
    public long Commits { get; }

    /// <summary>The commits that climb.</summary>
    public long Warmup { get; }

    /// <summary>The rate at the end.</summary>
    public float Floor { get; }

    /// <inheritdoc/>
    public override string Name => "cosine";

    /// <summary>A twentieth of the run, at most 1,000 commits: long enough for the first large steps of a high rate to do no harm, and short beside the run.</summary>
    /// <param name="commits">The planned commits.</param>
    public static long UsualWarmup(long commits) => Math.Min(1000, commits / 20);

    /// <inheritdoc/>
    public override float LearningRateAt(long commit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(commit);
        if (commit < Warmup) return Climb(LearningRate, commit, Warmup);
        if (commit >= Commits) return Floor;
        var progress = (double)(commit - Warmup) / (Commits - Warmup);
        return (float)(Floor + (((double)LearningRate - Floor) * (1 + Math.Cos(Math.PI * progress)) / 2));
    }
}
