using Evenkeel.Graph.Nodes;

namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1014: dropout before batch normalisation, whose running variance is then too large for evaluation (variance shift, Li et al., arXiv 1801.05134).</summary>
public sealed class DropoutBeforeNormalization : Check
{
    // A variance that moves by less than a twentieth is lost in the noise of batches.
    private const double Harmless = 0.05;

    /// <inheritdoc/>
    public override string Code => "EK1014";

    /// <inheritdoc/>
    public override string Title => "dropout before batch normalisation";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        foreach (var dropout in examination.Patient.Model.Nodes.OfType<DropoutNode>().Where(static node => node.Rate > 0 && node.Unit != DropoutUnit.Sample))
        {
            if (NextNormalization(examination, dropout) is not { } norm) continue;
            var shift = examination.TrainingProbe?.Layers.FirstOrDefault(layer => layer.Layer == norm.Name)?.DropoutShift;
            yield return Found(norm.Name, $"dropout '{dropout.Name}' with rate {dropout.Rate} comes before it: in training the variance holds the noise of dropout, in evaluation it does not{(shift is { } ratio ? TrainingErrors.Invariant($", and differs by a factor of {Math.Exp(ratio):F2}") : "")}.",
                "Put dropout behind the last normalisation, or recalibrate after training and compare.",
                ("rate", dropout.Rate), ("log_variance_shift", shift ?? double.NaN)) with
            {
                Severity = shift < Harmless ? Severity.Information : Severity.Warning,
            };
        }
    }

    private static IBatchNormalization? NextNormalization(Examination examination, DropoutNode dropout)
    {
        var (queue, seen) = (new Queue<Value>([dropout.Output]), new HashSet<Node>(ReferenceEqualityComparer.Instance));
        while (queue.TryDequeue(out var value))
        {
            foreach (var node in examination.ConsumersOf(value).Where(seen.Add))
            {
                if (node is IBatchNormalization { Options.UpdateRunningStatistics: true } norm) return norm;
                foreach (var output in node.Outputs) queue.Enqueue(output);
            }
        }

        return null;
    }
}
