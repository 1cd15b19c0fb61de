using Evenkeel.Training.Diagnostics.Probing;

namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1006: the same batch comes out differently with batch statistics and with running statistics.</summary>
public sealed class TwoModeGap : Check
{
    /// <summary>A mean that is off by a third of a deviation: five times what 256 samples do by chance, and more than a running average lags behind in healthy training.</summary>
    internal const double MostShift = 1.0 / 3;

    /// <summary>A variance that is off by a factor of 1.65.</summary>
    internal const double MostRatio = 0.5;

    // A layer whose statistics are off but cost less than this harms nobody.
    private const double LeastBlame = 0.02;

    /// <inheritdoc/>
    public override string Code => "EK1006";

    /// <inheritdoc/>
    public override string Title => "running statistics do not fit the training batches";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override Needs Needs => Needs.TrainingSamples;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        if (examination.TrainingProbe is not { } probe || !examination.IsTrained) yield break;
        var untouched = examination.Layers.Where(static layer => layer.IsUntouched).Select(static layer => layer.Name).ToHashSet(StringComparer.Ordinal);
        var rank = 0;
        foreach (var layer in probe.Layers)
        {
            rank++;
            if (untouched.Contains(layer.Layer) || !IsOff(layer)) continue;
            yield return Found(layer.Layer, $"on one training batch of {probe.Samples} samples the batch's mean is {layer.MeanShift:F2} running deviations from the running mean and its variance a factor of {Math.Exp(layer.VarianceRatio):F2} from the running one.{Losses(probe, layer)}",
                "Recalibrate, or let running statistics follow faster; a rate that suits training leaves no gap on training samples.",
                ("mean_shift", layer.MeanShift), ("log_variance_ratio", layer.VarianceRatio), ("blame", layer.Blame ?? double.NaN), ("rank", rank),
                ("batch_loss", probe.BatchLoss ?? double.NaN), ("running_loss", probe.RunningLoss ?? double.NaN)) with
            {
                Fix = Recalibrate.With(examination.Patient),
            };
        }
    }

    internal static bool IsOff(LayerGap layer) => (layer.MeanShift > MostShift || layer.VarianceRatio > MostRatio) && !(layer.Blame < LeastBlame);

    private static string Losses(ProbeResult probe, LayerGap layer) =>
        layer.Blame is { } blame ? TrainingErrors.Invariant($" The loss is {probe.BatchLoss:F4} with batch statistics and {probe.RunningLoss:F4} with running ones; this layer alone adds {blame:F4}.") : "";
}
