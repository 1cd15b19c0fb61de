namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1002: so few values per channel that batch statistics are mostly noise.</summary>
public sealed class TinyBatch : Check
{
    // The standard error of a variance over m values is about sqrt(2 / m): a third of it at 16.
    private const int Few = 16;

    /// <inheritdoc/>
    public override string Code => "EK1002";

    /// <inheritdoc/>
    public override string Title => "too few values per channel";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override Needs Needs => Needs.BatchSize;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        var batch = examination.Patient.NormalizedTogether!.Value;
        var small = examination.Layers.Where(layer => UsesBatch(layer) && layer.ValuesPerChannel(batch) < Few).ToArray();
        if (small.Length == 0) yield break;
        var values = small.Min(layer => layer.ValuesPerChannel(batch));
        var share = small.Min(static layer => layer.ValidShare);
        yield return Found(Join(small), $"a batch of {batch} gives {(values == 1 ? "one value" : TrainingErrors.Invariant($"{values} values"))} per channel{(share < 1 ? TrainingErrors.Invariant($" (padding is left out: {share:P0} of the places are valid)") : "")}, so a batch variance is off by about {Math.Sqrt(2.0 / values):P0}.",
            "Use a larger batch, or a normalisation that does not need one.",
            ("values_per_channel", values), ("batch_size", batch), ("variance_standard_error", Math.Sqrt(2.0 / values)), ("layers", small.Length));
    }
}
