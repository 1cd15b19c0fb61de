namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1009: a running variance that has run away.</summary>
public sealed class ExplodingVariance : Check
{
    private const double Huge = 1e6;
    private const double Growth = 1e3;
    private const int LeastHistory = 3;

    /// <inheritdoc/>
    public override string Code => "EK1009";

    /// <inheritdoc/>
    public override string Title => "an exploding running variance";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        foreach (var layer in examination.Layers)
        {
            var (now, most) = (Median(layer.Variance), layer.Variance.Max());
            var before = examination.Patient.VarianceHistory.TryGetValue(layer.Name, out var history) && history.Length >= LeastHistory ? Median([.. history]) : double.NaN;
            if (!(now > Growth * before) && !(most > Huge && double.IsFinite(most))) continue;
            yield return Found(layer.Name, $"the running variance is {now:G4} in the median channel and {most:G4} at most{(double.IsNaN(before) ? "" : TrainingErrors.Invariant($", and the median was {before:G4} before"))}: what comes into this layer has grown out of hand.",
                "Lower the learning rate, check the first weights of the layer before it, and standardise the features.",
                ("median_variance", now), ("largest_variance", most), ("median_before", before));
        }
    }

    internal static double Median(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }
}
