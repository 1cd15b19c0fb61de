namespace Evenkeel.Training.Metrics;

/// <summary>The root of the mean of <c>(output - target)^2</c> over all values, summed in double.</summary>
public sealed class RootMeanSquaredError : Metric
{
    private double _sum;
    private long _count;

    /// <inheritdoc/>
    public override string Name => "root_mean_squared_error";

    /// <inheritdoc/>
    public override MetricTargets Targets => MetricTargets.Values;

    /// <inheritdoc/>
    public override double Value => _count == 0 ? double.NaN : Math.Sqrt(_sum / _count);

    /// <inheritdoc/>
    public override void Reset() => (_sum, _count) = (0, 0);

    /// <inheritdoc/>
    public override void Add(in EvaluationBatch batch)
    {
        for (var i = 0; i < batch.Outputs.Length; i++)
        {
            var difference = (double)batch.Outputs[i] - batch.Targets[i];
            _sum += difference * difference;
        }

        _count += batch.Outputs.Length;
    }
}
