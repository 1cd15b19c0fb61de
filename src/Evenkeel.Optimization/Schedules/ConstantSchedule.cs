namespace Evenkeel.Optimization.Schedules;

/// <summary>The same learning rate from the first commit to the last.</summary>
public sealed record ConstantSchedule : Schedule
{
    /// <summary>Creates the schedule.</summary>
    /// <param name="learningRate">The rate, above 0.</param>
    /// <exception cref="OptimizationException">EK0801: the rate is not a finite number above 0.</exception>
    public ConstantSchedule(float learningRate) => LearningRate = PositiveRate("constant schedule", learningRate);

    /// <summary>The rate of every commit.</summary>
    public float LearningRate { get; }

    /// <inheritdoc/>
    public override string Name => "constant";

    /// <inheritdoc/>
    public override float LearningRateAt(long commit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(commit);
        return LearningRate;
    }
}
