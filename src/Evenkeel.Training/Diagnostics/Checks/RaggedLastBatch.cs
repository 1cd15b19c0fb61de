namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1003: the last batch of every epoch is so small that its statistics are noise.</summary>
public sealed class RaggedLastBatch : Check
{
    private const int Few = 16;

    /// <inheritdoc/>
    public override string Code => "EK1003";

    /// <inheritdoc/>
    public override string Title => "a tiny last batch";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override Needs Needs => Needs.BatchSize;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        if (examination.SamplesPerEpoch is not { } samples) yield break;
        var batch = examination.Patient.BatchSize!.Value;
        var rest = samples % batch;

        // A rest of one is left out by the trainer where it would be one value per channel.
        var layers = examination.Layers.Where(layer => UsesBatch(layer) && layer.ValuesPerChannel(rest) is > 1 and < Few && layer.ValuesPerChannel(batch) >= Few).ToArray();
        if (samples <= batch || rest * 2 >= batch || layers.Length == 0) yield break;
        yield return Found(Join(layers), $"{samples} samples in batches of {batch} leave a last batch of {rest}, whose statistics are noise that enters weights and running statistics once an epoch.",
            "Choose a batch size that divides the samples better, or leave the last batch out.",
            ("last_batch", rest), ("batch_size", batch), ("samples", samples), ("values_per_channel", layers.Min(layer => layer.ValuesPerChannel(rest))));
    }
}
