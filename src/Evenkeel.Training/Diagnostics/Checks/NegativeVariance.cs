using Evenkeel.Training.Diagnostics.Probing;

namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1008: a running variance below zero, as E[x^2] - E[x]^2 in single precision makes it.</summary>
public sealed class NegativeVariance : Check
{
    /// <inheritdoc/>
    public override string Code => "EK1008";

    /// <inheritdoc/>
    public override string Title => "a running variance below zero";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Error;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        foreach (var layer in examination.Layers)
        {
            var channels = layer.Variance.Count(static variance => variance < 0);
            if (channels == 0) continue;
            yield return Found(layer.Name, $"{channels} of {layer.Variance.Length} channels have a negative running variance, {layer.Variance.Min():G4} at worst: the program that wrote them subtracted squares that had lost their digits.",
                "Recalibrate with training batches.",
                ("channels", channels), ("of", layer.Variance.Length), ("least_variance", layer.Variance.Min())) with
            {
                Fix = Recalibrate.With(examination.Patient),
            };
        }
    }
}
