using Evenkeel.Graph.Normalization;

namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1017: the n - 1 of the running variance matters, or layers disagree about it.</summary>
public sealed class VarianceEstimators : Check
{
    private const double Noticeable = 1.1;

    /// <inheritdoc/>
    public override string Code => "EK1017";

    /// <inheritdoc/>
    public override string Title => "sample or population variance";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Information;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        var updated = examination.Layers.Where(static layer => layer.Node.Options.UpdateRunningStatistics).ToArray();
        var groups = updated.GroupBy(static layer => layer.Node.Options.VarianceEstimator).OrderBy(static group => group.Count()).ToArray();
        if (groups.Length > 1)
        {
            yield return Found(Join([.. groups[0]]), $"the running variance is the {Name(groups[0].Key)} variance here and the {Name(groups[1].Key)} variance in {groups[1].Count()} other normalisations.",
                "Give all layers the estimator of the framework that they were trained with: n - 1 in PyTorch, n in Keras.",
                ("layers", groups[0].Count()), ("other_layers", groups[1].Count()));
        }

        if (examination.Patient.BatchSize is not { } batch) yield break;
        var small = updated.Where(layer => layer.Node.Options.VarianceEstimator == VarianceEstimator.Sample && layer.ValuesPerChannel(batch) is var n and > 1 && n > Noticeable * (n - 1)).ToArray();
        if (small.Length == 0) yield break;
        var values = small.Min(layer => layer.ValuesPerChannel(batch));
        yield return Found(Join(small), $"with {values} values per channel the running variance (divided by n - 1) is {(double)values / (values - 1):F2} times the variance that training normalises with.",
            "Use a larger batch, or VarianceEstimator.Population.",
            ("values_per_channel", values), ("ratio", (double)values / (values - 1)));
    }

    private static string Name(VarianceEstimator estimator) => estimator == VarianceEstimator.Sample ? "sample (n - 1)" : "population (n)";
}
