using Evenkeel.Training.Diagnostics.Probing;

namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1029: statistics that nothing has ever moved, in a trained model or in a layer that normalises with them.</summary>
public sealed class UntouchedStatistics : Check
{
    /// <inheritdoc/>
    public override string Code => "EK1029";

    /// <inheritdoc/>
    public override string Title => "untouched running statistics";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Error;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        foreach (var layer in examination.Layers.Where(static layer => layer.IsUntouched))
        {
            var uses = layer.Node.Options.FreezesStatistics;
            if (!examination.IsTrained && !uses) continue;
            yield return Found(layer.Name, $"{(examination.IsTrained ? "the model is trained, but the running statistics" : "it normalises with running statistics, but they")} are those that the layer was built with: no update, weight {layer.Weight}.",
                "Recalibrate with training batches, or load the statistics with the weights.",
                ("updates", layer.Updates), ("running_weight", layer.Weight), ("channels", layer.Mean.Length)) with
            {
                Fix = Recalibrate.With(examination.Patient),
            };
        }
    }
}
