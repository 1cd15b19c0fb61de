namespace Evenkeel.Training.Metrics;

/// <summary>R squared, the share of the targets' variance that the outputs explain: <c>1 - sum (output - target)^2 / sum (target - mean)^2</c>, at most 1; 0 is what the mean alone would do.</summary>
/// <remarks>The mean over the values of a target, each counted alike; values whose targets do not vary are left out. Targets' means and squares follow Welford 1962, in double.</remarks>
public sealed class DeterminationCoefficient : Metric
{
    private double[] _means = [];
    private double[] _squares = [];
    private double[] _residuals = [];
    private long _count;

    /// <inheritdoc/>
    public override string Name => "r2";

    /// <inheritdoc/>
    public override MetricTargets Targets => MetricTargets.Values;

    /// <inheritdoc/>
    public override double Value => Enumerable.Range(0, _means.Length).Where(i => _squares[i] > 0).Select(i => 1 - (_residuals[i] / _squares[i])).DefaultIfEmpty(double.NaN).Average();

    /// <inheritdoc/>
    public override void Reset()
    {
        (_means, _squares, _residuals) = ([], [], []);
        _count = 0;
    }

    /// <inheritdoc/>
    public override void Add(in EvaluationBatch batch)
    {
        var width = batch.OutputsPerSample;
        if (_count == 0) (_means, _squares, _residuals) = (new double[width], new double[width], new double[width]);
        for (var sample = 0; sample < batch.Count; sample++)
        {
            _count++;
            for (var i = 0; i < width; i++)
            {
                double target = batch.Targets[(sample * width) + i], residual = batch.Outputs[(sample * width) + i] - target, delta = target - _means[i];
                _means[i] += delta / _count;
                _squares[i] += delta * (target - _means[i]);
                _residuals[i] += residual * residual;
            }
        }
    }
}
