namespace Evenkeel.Training.Metrics;

/// <summary>The share of samples whose largest output is at the label, 0 to 1.</summary>
public sealed class Accuracy : Metric
{
    private long _correct;
    private long _count;

    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override double Value => _count == 0 ? double.NaN : (double)_correct / _count;

    /// <inheritdoc/>
    public override void Reset() => (_correct, _count) = (0, 0);

    /// <inheritdoc/>
    public override void Add(in EvaluationBatch batch)
    {
        _correct += batch.Correct;
        _count += batch.Count;
    }
}
