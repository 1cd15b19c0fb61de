using Evenkeel.Engine;

namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1023: gradients are summed over batches that are normalised each by itself, which is not the large batch.</summary>
public sealed class MicroBatches : Check
{
    /// <inheritdoc/>
    public override string Code => "EK1023";

    /// <inheritdoc/>
    public override string Title => "accumulation with statistics per micro-batch";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        var (parts, layers) = (examination.Patient.MicroBatches, examination.Layers.Where(UsesBatch).ToArray());
        if (parts < 2 || layers.Length == 0 || examination.Patient.MicroBatchStatistics == AccumulatedStatistics.Exact) yield break;
        yield return Found(Join(layers), $"{parts} micro-batches make one commit, but each is normalised with its own statistics: the step is not that of a batch {parts} times as large, and running statistics move {parts} times as fast where each of them counts.",
            "Use exact statistics (`--accumulate-statistics exact`), or a larger batch.",
            ("micro_batches", parts), ("layers", layers.Length));
    }
}
