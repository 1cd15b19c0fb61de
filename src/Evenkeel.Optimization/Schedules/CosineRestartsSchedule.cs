namespace Evenkeel.Optimization.Schedules;

/// <summary>Half a cosine from the learning rate down to the floor, again and again: each period is longer than the one before by a factor.</summary>
/// <remarks><c>floor + (rate - floor) (1 + cos(pi t / period)) / 2</c> with t counted from the last restart. Loshchilov and Hutter, arXiv 1608.03983, equation 5 (SGDR), at whole commits.</remarks>
public sealed record CosineRestartsSchedule : Schedule
{
    /// <summary>Creates the schedule.</summary>
    /// <param name="learningRate">The rate after every restart, above 0.</param>
    /// <param name="period">Commits of the first period, at least 1.</param>
    /// <param name="growth">How much longer each period is than the one before, from 1 on. Default 2, the paper's.</param>
    /// <param name="floor">The rate before a restart, from 0 to <paramref name="learningRate"/>. Default 0.</param>
    /// <exception cref="OptimizationException">EK0801: a number is out of its range.</exception>
    public CosineRestartsSchedule(float learningRate, long period, float growth = 2, float floor = 0)
    {
        const string Where = "cosine schedule with restarts";
        LearningRate = PositiveRate(Where, learningRate);
        Period = period >= 1 ? period : throw OptimizationErrors.BadOption(Where, "period", period, "at least 1", "A tenth of the run is usual.");
        Growth = growth >= 1 && float.IsFinite(growth) ? growth : throw OptimizationErrors.BadOption(Where, "growth", growth, "a finite number from 1 on", "1 repeats the period, 2 doubles it.");
        Floor = floor >= 0 && floor <= learningRate ? floor : throw OptimizationErrors.BadOption(Where, "floor", floor, "0 to the learning rate", "0 lets the rate fall to nothing.");
    }

    /// <summary>The rate after every restart.</summary>
    public float LearningRate { get; }

    /// <summary>Commits of the first period.</summary>
    public long Period { get; }

    /// <summary>How much longer each period is than the one before.</summary>
    public float Growth { get; }

    /// <summary>The rate before a restart.</summary>
    public float Floor { get; }

    /// <inheritdoc/>
    public override string Name => "cosine_restarts";

    /// <summary>A period so that three of them, each twice as long as the one before, fill the run: a seventh of it.</summary>
    /// <param name="commits">The planned commits.</param>
    public static long UsualPeriod(long commits) => Math.Max(1, (commits + 6) / 7);

    /// <inheritdoc/>
    public override float LearningRateAt(long commit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(commit);
        var period = Period;
        if (Growth == 1)
        {
            commit %= period;
        }
        else
        {
            while (commit >= period)
            {
                commit -= period;

                // A period of one commit grows at last, or the loop would be as long as the run.
                period = Math.Max(period + 1, (long)Math.Min(Math.Round(period * (double)Growth), long.MaxValue / 2));
            }
        }

        return (float)(Floor + (((double)LearningRate - Floor) * (1 + Math.Cos(Math.PI * commit / period)) / 2));
    }
}
