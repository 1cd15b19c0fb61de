namespace Evenkeel.Optimization.Schedules;

/// <summary>A linear warm-up to the learning rate, then a power of the remaining share of the run: <c>floor + (rate - floor) (1 - (t - warmup) / (commits - warmup))^power</c>; the floor from <c>t = commits</c> on.</summary>
/// <remarks>Power 1 is the straight line; the polynomial decay of semantic segmentation takes 0.9 (Chen et al., arXiv 1606.00915, section 4.1).</remarks>
public sealed record PolynomialSchedule : Schedule
{
    private const string Where = "polynomial schedule";

    /// <summary>Creates the schedule.</summary>
    /// <param name="learningRate">The highest rate, above 0.</param>
    /// <param name="commits">How many commits are planned, at least 1.</param>
    /// <param name="power">Above 0. Default 1, a straight line.</param>
    /// <param name="warmup">How many commits climb first, from 0 to <paramref name="commits"/>. Default 0.</param>
    /// <param name="floor">The rate at the end, from 0 to <paramref name="learningRate"/>. Default 0.</param>
    /// <exception cref="OptimizationException">EK0801: a number is out of its range.</exception>
    public PolynomialSchedule(float learningRate, long commits, float power = 1, long warmup = 0, float floor = 0)
    {
        LearningRate = PositiveRate(Where, learningRate);
        Commits = PlannedCommits(Where, commits);
        Power = power > 0 && float.IsFinite(power) ? power : throw OptimizationErrors.BadOption(Where, "power", power, "a finite number above 0", "1 gives a straight line.");
        Warmup = PartOfCommits(Where, warmup, commits);
        Floor = floor >= 0 && floor <= learningRate ? floor : throw OptimizationErrors.BadOption(Where, "floor", floor, "0 to the learning rate", "0 lets the rate fall to nothing.");
    }

    /// <summary>The highest rate.</summary>
    public float LearningRate { get; }

    /// <summary>The planned commits.</summary>
    public long Commits { get; }

    /// <summary>The power of the remaining share.</summary>
    public float Power { get; }

    /// <summary>The commits that climb.</summary>
    public long Warmup { get; }

    /// <summary>The rate at the end.</summary>
    public float Floor { get; }

    /// <inheritdoc/>
    public override string Name => "polynomial";

    /// <inheritdoc/>
    public override float LearningRateAt(long commit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(commit);
        if (commit < Warmup) return Climb(LearningRate, commit, Warmup);
        if (commit >= Commits) return Floor;
        var left = 1 - ((double)(commit - Warmup) / (Commits - Warmup));
        return (float)(Floor + (((double)LearningRate - Floor) * Math.Pow(left, Power)));
    }
}
