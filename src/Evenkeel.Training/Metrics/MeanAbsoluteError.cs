namespace Evenkeel.Training.Metrics;

/// <summary>The mean of <c>|output - target|</c> over all values, summed in double.</summary>
public sealed class MeanAbsoluteError : Metric
{
    private double _sum;
    private long _count;

    /// <inheritdoc/>
    public override string Name => "mean_absolute_error";

    /// <inheritdoc/>
    public override MetricTargets Targets => MetricTargets.Values;

    /// <inheritdoc/>
    public override double Value => _count == 0 ? double.NaN : _sum / _count;

    /// <inheritdoc/>
    public override void Reset() => (_sum, _count) = (0, 0);

    /// <inheritdoc/>
    public override void Add(in EvaluationBatch batch)
    {
        for (var i = 0; i < batch.Outputs.Length; i++) _sum += Math.Abs((double)batch.Outputs[i] - batch.Targets[i]);
        _count += batch.Outputs.Length;
    }
}
