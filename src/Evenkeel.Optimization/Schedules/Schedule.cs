namespace Evenkeel.Optimization.Schedules;

/// <summary>The learning rate as a function of the commit, so any part of it can be previewed, and, for one that heeds validations, of a <see cref="ScheduleMemory"/> that the run keeps: a schedule itself has no state.</summary>
public abstract record Schedule
{
    /// <summary>The schedule's name in configurations, for example <c>cosine</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The learning rate of a commit.</summary>
    /// <param name="commit">Which commit, from 0; any number from 0 on has an answer, also behind the planned end.</param>
    public abstract float LearningRateAt(long commit);

    /// <summary>Whether validations move the rate, so that a run must have some. Default no.</summary>
    public virtual bool HeedsValidations => false;

    /// <summary>The learning rate of a commit, after what was remembered of validations; without any, that of <see cref="LearningRateAt(long)"/>.</summary>
    /// <param name="commit">Which commit, from 0.</param>
    /// <param name="memory">What <see cref="Heed"/> gave last.</param>
    public virtual float LearningRateAt(long commit, ScheduleMemory memory) => LearningRateAt(commit);

    /// <summary>Takes notice of a validation.</summary>
    /// <param name="memory">What was remembered before.</param>
    /// <param name="measured">What the validation measured; may be not finite.</param>
    /// <param name="higherIsBetter">Whether that is an accuracy and not a loss.</param>
    /// <returns>What to remember.</returns>
    public virtual ScheduleMemory Heed(ScheduleMemory memory, double measured, bool higherIsBetter) => memory;

    private protected static float PositiveRate(string where, float rate) => float.IsFinite(rate) && rate > 0
        ? rate
        : throw OptimizationErrors.BadOption(where, "learning rate", rate, "a finite number above 0", "0.1 is a usual start for Sgd with batch normalisation, 0.001 for Adam.");

    private protected static long PlannedCommits(string where, long commits) => commits >= 1
        ? commits
        : throw OptimizationErrors.BadOption(where, "commits", commits, "at least 1", "Hand in the number of commits that the run plans.");

    private protected static long PartOfCommits(string where, long warmup, long commits) => warmup >= 0 && warmup <= commits
        ? warmup
        : throw OptimizationErrors.BadOption(where, "warm-up", warmup, $"0 to {commits}", "The warm-up is a part of the planned commits.");

    private protected static float Share(string where, string option, float share, bool mayBeZero) => share <= 1 && (share > 0 || (mayBeZero && share == 0))
        ? share
        : throw OptimizationErrors.BadOption(where, option, share, mayBeZero ? "a number in [0, 1]" : "a number in (0, 1]", "It is a share of the highest rate.");

    /// <summary>The rate during a linear warm-up: the first commit moves, the last one of the warm-up has the full rate.</summary>
    private protected static float Climb(float rate, long commit, long warmup) => (float)((double)rate * (commit + 1) / warmup);
}
