namespace Evenkeel.Training.Metrics;

/// <summary>The mean loss over all samples, each counted alike, summed in double.</summary>
public sealed class MeanLoss : Metric
{
    private double _sum;
    private long _count;

    /// <inheritdoc/>
    public override string Name => "loss";

    /// <inheritdoc/>
    public override double Value => _count == 0 ? double.NaN : _sum / _count;

    /// <inheritdoc/>
    public override void Reset() => (_sum, _count) = (0, 0);

    /// <inheritdoc/>
    public override void Add(in EvaluationBatch batch)
    {
        _sum += batch.Loss * batch.Count;
        _count += batch.Count;
    }
}
