namespace Evenkeel.Optimization.Schedules;

/// <summary>The learning rate, multiplied by a factor whenever validations have not improved for more than so many in a row: <c>max(minimum, rate factor^k)</c> behind k reductions; with a linear warm-up if wanted.</summary>
/// <remarks>
/// As PyTorch's ReduceLROnPlateau with a relative threshold. A validation improves where its loss is below <c>best (1 - threshold)</c>, or its accuracy above <c>best (1 + threshold)</c>;
/// one that is not finite does not. For <see cref="Cooldown"/> validations behind a reduction nothing counts as a stall. A preview shows the rate without reductions.
/// </remarks>
public sealed record PlateauSchedule : Schedule
{
    /// <summary>The patience of the schedule that goes by name: runs of a few dozen validations have no time for 10.</summary>
    public const int UsualPatience = 3;

    private const string Where = "plateau schedule";

    /// <summary>Creates the schedule.</summary>
    /// <param name="learningRate">The highest rate, above 0.</param>
    /// <param name="factor">In (0, 1). Default 0.1.</param>
    /// <param name="patience">How many validations in a row may stall before the rate falls, from 0 on. Default 10.</param>
    /// <param name="threshold">The share by which a validation must beat the best one, in [0, 1). Default 1e-4.</param>
    /// <param name="cooldown">How many validations behind a reduction do not count, from 0 on. Default 0.</param>
    /// <param name="minimumRate">Where the rate stops falling, from 0 to the highest rate. Default 0.</param>
    /// <param name="warmup">How many commits climb first. Default 0.</param>
    /// <exception cref="OptimizationException">EK0801: a number is out of its range.</exception>
    public PlateauSchedule(float learningRate, float factor = 0.1f, int patience = 10, float threshold = 1e-4f, int cooldown = 0, float minimumRate = 0, long warmup = 0)
    {
        LearningRate = PositiveRate(Where, learningRate);
        Factor = factor < 1 ? Share(Where, "factor", factor, mayBeZero: false) : throw OptimizationErrors.BadOption(Where, "factor", factor, "a number in (0, 1)", "A reduction makes the rate smaller.");
        Patience = Count("patience", patience);
        Threshold = threshold is >= 0 and < 1 ? threshold : throw OptimizationErrors.BadOption(Where, "threshold", threshold, "a number in [0, 1)", "It is a share of the best validation.");
        Cooldown = Count("cooldown", cooldown);
        MinimumRate = minimumRate >= 0 && minimumRate <= learningRate ? minimumRate : throw OptimizationErrors.BadOption(Where, "minimum rate", minimumRate, $"0 to {LearningRate}", "It is the rate at which reductions end.");
        Warmup = PartOfCommits(Where, warmup, long.MaxValue);
    }

    /// <summary>The highest rate.</summary>
    public float LearningRate { get; }

    /// <summary>What a reduction multiplies by.</summary>
    public float Factor { get; }

    /// <summary>How many validations in a row may stall.</summary>
    public int Patience { get; }

    /// <summary>The share by which a validation must beat the best one.</summary>
    public float Threshold { get; }

    /// <summary>How many validations behind a reduction do not count.</summary>
    public int Cooldown { get; }

    /// <summary>Where the rate stops falling.</summary>
    public float MinimumRate { get; }

    /// <summary>The commits that climb.</summary>
    public long Warmup { get; }

    /// <inheritdoc/>
    public override string Name => "plateau";

    /// <inheritdoc/>
    public override bool HeedsValidations => true;

    /// <inheritdoc/>
    public override float LearningRateAt(long commit) => LearningRateAt(commit, default);

    /// <inheritdoc/>
    public override float LearningRateAt(long commit, ScheduleMemory memory)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(commit);
        var rate = (double)LearningRate;
        for (var k = 0; k < memory.Reductions; k++) rate = Math.Max(MinimumRate, rate * Factor);
        return commit < Warmup ? Climb((float)rate, commit, Warmup) : (float)rate;
    }

    /// <inheritdoc/>
    public override ScheduleMemory Heed(ScheduleMemory memory, double measured, bool higherIsBetter)
    {
        var improves = double.IsFinite(measured) && (memory.Best is not { } best || (higherIsBetter ? measured > best * (1 + (double)Threshold) : measured < best * (1 - (double)Threshold)));
        var (cooldown, stalls) = (memory.Cooldown, improves ? 0 : memory.Stalls + 1);
        if (cooldown > 0) (cooldown, stalls) = (cooldown - 1, 0);
        var reduces = stalls > Patience;
        return new ScheduleMemory(memory.Reductions + (reduces ? 1 : 0), improves ? measured : memory.Best, reduces ? 0 : stalls, reduces ? Cooldown : cooldown);
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"plateau(rate {LearningRate}, factor {Factor}, patience {Patience}, threshold {Threshold}, cooldown {Cooldown}, minimum rate {MinimumRate}, warm-up {Warmup})");

    private static int Count(string option, int count) => count >= 0 ? count : throw OptimizationErrors.BadOption(Where, option, count, "0 or more", "It counts validations.");
}
