using Evenkeel.Graph.Nodes;

namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1033: normalisation behind global pooling, where a sample gives one value per channel, with a small batch.</summary>
public sealed class PooledBatch : Check
{
    private const int Small = 32;

    /// <inheritdoc/>
    public override string Code => "EK1033";

    /// <inheritdoc/>
    public override string Title => "batch normalisation after global pooling with a small batch";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override Needs Needs => Needs.BatchSize;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        var batch = examination.Patient.NormalizedTogether!.Value;
        foreach (var layer in examination.Layers.Where(layer => UsesBatch(layer) && layer.ValuesPerChannel(batch) < Small))
        {
            if (Pooling(layer.Node) is not { } pooling) continue;
            yield return Found(layer.Name, $"'{pooling.Name}' before it leaves one position per sample, so a batch of {batch} gives {batch} values per channel, where layers before the pooling have {batch * pooling.Inputs[0].Shape.RowsPerSample}.",
                "Leave normalisation out behind global pooling, or use a larger batch.",
                ("values_per_channel", layer.ValuesPerChannel(batch)), ("positions_pooled", pooling.Inputs[0].Shape.RowsPerSample));
        }
    }

    /// <summary>The node that took all positions of a sample together, reached without leaving the single position.</summary>
    private static Node? Pooling(IBatchNormalization norm)
    {
        var queue = new Queue<Value>([norm.Input]);
        while (queue.TryDequeue(out var value))
        {
            if (!value.Shape.IsBatched || value.Shape.RowsPerSample != 1) continue;
            if (value.Producer is not ReshapeNode && value.Producer.Inputs is [var source, ..] && source.Shape.IsBatched && source.Shape.RowsPerSample > 1 && source.Shape.Channels == value.Shape.Channels) return value.Producer;
            foreach (var input in value.Producer.Inputs) queue.Enqueue(input);
        }

        return null;
    }
}
