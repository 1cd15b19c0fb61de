namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1019: the data that are evaluated have other statistics than those the model was trained with.</summary>
public sealed class DomainShift : Check
{
    /// <inheritdoc/>
    public override string Code => "EK1019";

    /// <inheritdoc/>
    public override string Title => "evaluation data with other statistics";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override Needs Needs => Needs.EvaluationSamples;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        if (examination.EvaluationProbe is not { } probe || !examination.IsTrained) yield break;

        // Where the training samples do not fit either, the fault is the statistics' (EK1006), not the data's.
        var wrong = examination.Layers.Where(static layer => layer.IsUntouched).Select(static layer => layer.Name)
            .Concat(examination.TrainingProbe?.Layers.Where(TwoModeGap.IsOff).Select(static layer => layer.Layer) ?? []).ToHashSet(StringComparer.Ordinal);
        foreach (var layer in probe.Layers.Where(layer => !wrong.Contains(layer.Layer) && TwoModeGap.IsOff(layer)))
        {
            yield return Found(layer.Layer, $"on {probe.Samples} held-out samples the mean is {layer.MeanShift:F2} running deviations from the running mean and the variance a factor of {Math.Exp(layer.VarianceRatio):F2} from the running one: these data come from elsewhere, or are transformed otherwise.",
                "Feed them as in training, or recalibrate on data of their kind (adaptive batch normalisation).",
                ("mean_shift", layer.MeanShift), ("log_variance_ratio", layer.VarianceRatio), ("blame", layer.Blame ?? double.NaN));
        }
    }
}
