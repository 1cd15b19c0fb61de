using Evenkeel.Training.Diagnostics.Probing;

namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1007: running statistics with NaN or infinity; an own step never commits such, but files and other programs bring them.</summary>
public sealed class NonFiniteStatistics : Check
{
    /// <inheritdoc/>
    public override string Code => "EK1007";

    /// <inheritdoc/>
    public override string Title => "running statistics that are not finite";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Error;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        foreach (var layer in examination.Layers)
        {
            var channels = Enumerable.Range(0, layer.Mean.Length).Count(channel => !double.IsFinite(layer.Mean[channel]) || !double.IsFinite(layer.Variance[channel]));
            if (channels == 0 && double.IsFinite(layer.Weight)) continue;
            yield return Found(layer.Name, $"{channels} of {layer.Mean.Length} channels have a running mean or variance that is not finite, so every evaluation gives NaN.",
                "Recalibrate with training batches, or load another checkpoint.",
                ("channels", channels), ("of", layer.Mean.Length)) with
            {
                Fix = Recalibrate.With(examination.Patient),
            };
        }
    }
}
