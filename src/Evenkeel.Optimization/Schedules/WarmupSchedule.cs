namespace Evenkeel.Optimization.Schedules;

/// <summary>A linear warm-up before another schedule: <c>first (t + 1) / warmup</c> while <c>t &lt; warmup</c>, where first is the other schedule's rate at 0; then the other schedule from its beginning.</summary>
/// <remarks>Goyal et al., arXiv 1706.02677, section 2.2.</remarks>
public sealed record WarmupSchedule : Schedule
{
    /// <summary>Creates the schedule.</summary>
    /// <param name="inner">What follows; plan it for so many commits less.</param>
    /// <param name="warmup">How many commits climb, from 0 on.</param>
    /// <exception cref="OptimizationException">EK0801: a negative warm-up.</exception>
    public WarmupSchedule(Schedule inner, long warmup)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
        Warmup = PartOfCommits("warm-up schedule", warmup, long.MaxValue);
    }

    /// <summary>What follows.</summary>
    public Schedule Inner { get; }

    /// <summary>The commits that climb.</summary>
    public long Warmup { get; }

    /// <inheritdoc/>
    public override string Name => "warmup";

    /// <inheritdoc/>
    public override bool HeedsValidations => Inner.HeedsValidations;

    /// <inheritdoc/>
    public override float LearningRateAt(long commit) => LearningRateAt(commit, default);

    /// <inheritdoc/>
    public override float LearningRateAt(long commit, ScheduleMemory memory)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(commit);
        return commit < Warmup ? Climb(Inner.LearningRateAt(0, memory), commit, Warmup) : Inner.LearningRateAt(commit - Warmup, memory);
    }

    /// <inheritdoc/>
    public override ScheduleMemory Heed(ScheduleMemory memory, double measured, bool higherIsBetter) => Inner.Heed(memory, measured, higherIsBetter);
}
