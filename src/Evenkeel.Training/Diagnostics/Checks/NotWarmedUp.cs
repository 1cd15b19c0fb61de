using Evenkeel.Training.Diagnostics.Probing;

namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1005: running statistics that follow so slowly that they have not arrived.</summary>
/// <remarks>After n updates at rate r a running average holds the share 1 - (1 - r)^n of batch statistics, and the rest of its first value, unless it is divided by that share (bias correction).</remarks>
public sealed class NotWarmedUp : Check
{
    private const double Warm = 0.99;

    /// <inheritdoc/>
    public override string Code => "EK1005";

    /// <inheritdoc/>
    public override string Title => "running statistics not warmed up";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        var following = examination.Layers.Where(static layer => layer.Node.Options is { UpdateRunningStatistics: true, RunningAverage.StartsCumulative: false });
        foreach (var group in following.GroupBy(static layer => (layer.Node.Options.RunningAverage, layer.Node.Options.BiasCorrection, layer.Updates, layer.Weight)))
        {
            var layer = group.First();
            var given = layer.Node.Options.RunningAverage.Rate;
            double rate = given;
            var needed = rate >= 1 ? 1 : Math.Ceiling(Math.Log(1 - Warm) / Math.Log(1 - rate));
            if (layer.Updates > 0)
            {
                var share = group.Key.BiasCorrection ? layer.Weight : 1 - Math.Pow(1 - rate, layer.Updates);
                if (share >= Warm) continue;
                yield return Found(Join([.. group]), $"after {layer.Updates} updates at rate {given} the running statistics hold {share:P1} of what batches had, and {needed} updates are needed for 99 %. {(group.Key.BiasCorrection ? "Bias correction divides the rest away, so they are right on average, but they rest on few batches." : "The rest is their first value, mean 0 and variance 1, so evaluation is biased.")}",
                    "Train longer, use RunningAverage.Auto, or recalibrate.",
                    ("running_weight", share), ("updates", layer.Updates), ("updates_needed", needed), ("rate", rate)) with
                {
                    Severity = group.Key.BiasCorrection ? Severity.Information : Severity.Warning,
                    Fix = group.Key.BiasCorrection ? Recalibrate.With(examination.Patient) : null,
                };
            }
            else if (examination.Patient.PlannedSteps is { } steps && steps < needed && !group.Key.BiasCorrection)
            {
                yield return Found(Join([.. group]), $"{steps} steps are planned, but at rate {given} running statistics need {needed} updates to leave their first value behind.",
                    "Use bias correction, RunningAverage.Auto, or a higher update rate.",
                    ("planned_steps", steps), ("updates_needed", needed), ("rate", rate));
            }
        }
    }
}
