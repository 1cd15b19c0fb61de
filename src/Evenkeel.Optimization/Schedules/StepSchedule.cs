using System.Collections.Immutable;

namespace Evenkeel.Optimization.Schedules;

/// <summary>The learning rate, multiplied by a factor at every milestone: <c>rate factor^k</c> behind k milestones; with a linear warm-up if wanted.</summary>
/// <remarks>He et al., arXiv 1512.03385, section 4.2: a tenth at 32,000 and 48,000 of 64,000 commits.</remarks>
public sealed record StepSchedule : Schedule
{
    private const string Where = "step schedule";

    /// <summary>Creates the schedule.</summary>
    /// <param name="learningRate">The highest rate, above 0.</param>
    /// <param name="milestones">The commits from which on the rate is multiplied once more; rising, each at least 1.</param>
    /// <param name="factor">In (0, 1]. Default 0.1.</param>
    /// <param name="warmup">How many commits climb first. Default 0.</param>
    /// <exception cref="OptimizationException">EK0801: a number is out of its range.</exception>
    public StepSchedule(float learningRate, ImmutableArray<long> milestones, float factor = 0.1f, long warmup = 0)
    {
        LearningRate = PositiveRate(Where, learningRate);
        for (var i = 0; i < milestones.Length; i++)
        {
            if (milestones[i] < 1 || (i > 0 && milestones[i] <= milestones[i - 1]))
                throw OptimizationErrors.BadOption(Where, "milestone", milestones[i], i == 0 ? "at least 1" : $"more than {milestones[i - 1]}", "Milestones are counted in commits and rise.");
        }

        Milestones = milestones;
        Factor = Share(Where, "factor", factor, mayBeZero: false);
        Warmup = PartOfCommits(Where, warmup, long.MaxValue);
    }

    /// <summary>The highest rate.</summary>
    public float LearningRate { get; }

    /// <summary>The commits from which on the rate is multiplied once more.</summary>
    public ImmutableArray<long> Milestones { get; }

    /// <summary>What the rate is multiplied by.</summary>
    public float Factor { get; }

    /// <summary>The commits that climb.</summary>
    public long Warmup { get; }

    /// <inheritdoc/>
    public override string Name => "step";

    /// <summary>Milestones at a half and three quarters of a run, as in the residual networks' paper.</summary>
    /// <param name="commits">The planned commits.</param>
    public static ImmutableArray<long> UsualMilestones(long commits) => [.. new[] { commits / 2, commits - (commits / 4) }.Where(static milestone => milestone >= 1).Distinct()];

    /// <inheritdoc/>
    public override float LearningRateAt(long commit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(commit);
        if (commit < Warmup) return Climb(LearningRate, commit, Warmup);
        var rate = (double)LearningRate;
        foreach (var milestone in Milestones)
        {
            if (commit >= milestone) rate *= Factor;
        }

        return (float)rate;
    }
}
