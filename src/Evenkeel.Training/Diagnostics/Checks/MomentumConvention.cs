namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1015: an update rate that looks like a momentum of the opposite convention.</summary>
public sealed class MomentumConvention : Check
{
    private const double Suspicious = 0.5;

    /// <inheritdoc/>
    public override string Code => "EK1015";

    /// <inheritdoc/>
    public override string Title => "a momentum of the opposite convention";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Error;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        foreach (var group in examination.Layers.Where(static layer => layer.Node.Options is { UpdateRunningStatistics: true, RunningAverage: { StartsCumulative: false, Rate: >= (float)Suspicious } }).GroupBy(static layer => layer.Node.Options.RunningAverage.Rate))
        {
            yield return Found(Join([.. group]), $"running statistics take {group.Key:P0} of every new batch, so they are hardly an average at all; {group.Key:G3} looks like a momentum in the sense of Keras, which keeps so much of the old value.",
                $"Write RunningAverage.Retention({TrainingErrors.Invariant($"{group.Key:G3}f")}) for that, or UpdateRate({TrainingErrors.Invariant($"{1 - group.Key:G3}f")}).",
                ("rate", group.Key), ("batches_averaged", (2 / group.Key) - 1), ("layers", group.Count()));
        }
    }
}
