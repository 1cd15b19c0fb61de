using System.Globalization;

namespace Evenkeel.Training.Metrics;

/// <summary>The share of samples whose label is among the k largest outputs, 0 to 1; of equal outputs the lower class counts as larger. NaN at the label is never right.</summary>
public sealed class TopAccuracy : Metric
{
    private readonly int _k;
    private long _correct;
    private long _count;

    /// <summary>Creates the metric.</summary>
    /// <param name="k">At least 1.</param>
    public TopAccuracy(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        _k = k;
        Name = string.Create(CultureInfo.InvariantCulture, $"top{k}_accuracy");
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override MetricTargets Targets => MetricTargets.Classes;

    /// <inheritdoc/>
    public override double Value => _count == 0 ? double.NaN : (double)_correct / _count;

    /// <inheritdoc/>
    public override void Reset() => (_correct, _count) = (0, 0);

    /// <inheritdoc/>
    public override void Add(in EvaluationBatch batch)
    {
        for (var sample = 0; sample < batch.Count; sample++)
        {
            var outputs = batch.Output(sample);
            var label = batch.Labels[sample];
            var mine = outputs[label];
            var ahead = 0;
            for (var i = 0; i < outputs.Length; i++)
            {
                if (outputs[i] > mine || (outputs[i] == mine && i < label)) ahead++;
            }

            if (ahead < _k && !float.IsNaN(mine)) _correct++;
        }

        _count += batch.Count;
    }
}
