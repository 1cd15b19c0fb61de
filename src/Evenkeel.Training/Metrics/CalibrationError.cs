namespace Evenkeel.Training.Metrics;

/// <summary>How far the network's confidence is from its accuracy: over equal bins of confidence the mean of <c>|accuracy - confidence|</c>, weighted by their samples, 0 to 1.</summary>
/// <remarks>Guo et al., On calibration of modern neural networks, arXiv 1706.04599, equation 3. Confidence is the largest probability.</remarks>
public sealed class CalibrationError : Metric
{
    private readonly double[] _confidence;
    private readonly long[] _right;
    private readonly long[] _count;

    /// <summary>Creates the metric.</summary>
    /// <param name="bins">How many bins, at least 1. Default 15, the paper's.</param>
    public CalibrationError(int bins = 15)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        (_confidence, _right, _count) = (new double[bins], new long[bins], new long[bins]);
    }

    /// <inheritdoc/>
    public override string Name => "calibration_error";

    /// <inheritdoc/>
    public override double Value
    {
        get
        {
            var (sum, count) = (0.0, 0L);
            for (var bin = 0; bin < _count.Length; bin++)
            {
                sum += Math.Abs(_right[bin] - _confidence[bin]);
                count += _count[bin];
            }

            return count == 0 ? double.NaN : sum / count;
        }
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        Array.Clear(_confidence);
        Array.Clear(_right);
        Array.Clear(_count);
    }

    /// <inheritdoc/>
    public override void Add(in EvaluationBatch batch)
    {
        var classes = ClassView.Classes(batch);
        Span<double> probabilities = classes <= 256 ? stackalloc double[classes] : new double[classes];
        for (var sample = 0; sample < batch.Count; sample++)
        {
            ClassView.Probabilities(batch, sample, probabilities);
            var predicted = ClassView.Predicted(batch, sample);
            var confidence = probabilities[predicted];

            // Bins are open below and closed above; NaN counts as no confidence at all.
            var bin = confidence > 0 ? Math.Clamp((int)Math.Ceiling(confidence * _count.Length) - 1, 0, _count.Length - 1) : 0;
            _confidence[bin] += double.IsNaN(confidence) ? 0 : confidence;
            _count[bin]++;
            if (predicted == ClassView.Actual(batch, sample)) _right[bin]++;
        }
    }
}
