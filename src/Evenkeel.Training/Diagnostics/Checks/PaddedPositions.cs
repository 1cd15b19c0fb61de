using Evenkeel.Engine;
using Evenkeel.Graph.Nodes;
using Evenkeel.Training.Diagnostics.Probing;

namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1028: padded positions of sequences take part in the statistics.</summary>
public sealed class PaddedPositions : Check
{
    private const double MostPadding = 0.2;
    private const int SequenceRank = 3;

    /// <inheritdoc/>
    public override string Code => "EK1028";

    /// <inheritdoc/>
    public override string Title => "padding in the statistics";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override Needs Needs => Needs.TrainingSamples;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        IBatchNormalization[] nodes = [.. examination.Layers.Where(static layer => UsesBatch(layer) && layer.Node is not CellNormalization && layer.Node.Mask is null && layer.Shape.Rank == SequenceRank).Select(static layer => layer.Node)];
        if (nodes.Length == 0) yield break;
        var samples = examination.Patient.Training!;
        var count = Math.Min(examination.Options.ProbeSamples, samples.Count);
        using var plan = ObservationPlan.Compile(examination.Patient.Model, [.. nodes.Select(static node => node.Input)], training: true, examination.PlanOptions);
        HeldBatch.Fill(samples, count, plan.Slot);
        plan.Run(plan.Slot);
        foreach (var node in nodes)
        {
            var share = PaddedShare(plan.Read(node.Input), node.Input.Shape.RowsPerSample, node.Input.Shape.Channels);
            if (share <= MostPadding) continue;
            yield return Found(node.Name, $"{share:P0} of the positions at the ends of sequences are one and the same vector: padding enters mean and variance.",
                "Mask padded positions out of the statistics (`Masked`), or batch sequences of like length.",
                ("padded_share", share), ("samples", count));
        }
    }

    /// <summary>The share of positions in runs of equal vectors at the ends of samples, where samples do not begin with such a run too.</summary>
    private static double PaddedShare(ReadOnlySpan<float> values, int positions, int channels)
    {
        long padded = 0;
        var samples = values.Length / (positions * channels);
        for (var sample = 0; sample < samples; sample++)
        {
            var rows = values.Slice(sample * positions * channels, positions * channels);
            int run = 1, head = 1;
            while (run < positions && Row(rows, positions - 1 - run, channels).SequenceEqual(Row(rows, positions - 1, channels))) run++;
            while (head < positions && Row(rows, head, channels).SequenceEqual(Row(rows, 0, channels))) head++;
            if (run > 1 && head < run) padded += run;
        }

        return (double)padded / ((long)samples * positions);
    }

    private static ReadOnlySpan<float> Row(ReadOnlySpan<float> sample, int position, int channels) => sample.Slice(position * channels, channels);
}
