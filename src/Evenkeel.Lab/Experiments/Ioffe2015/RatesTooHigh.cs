using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>What becomes of the units of a plain and of a normalised network as the rate rises past what the plain one bears.</summary>
public sealed class RatesTooHigh : Experiment
{
    private static readonly float[] Rates = [0.1f, 0.3f, 0.5f, 0.7f, 1, 2, 4];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C29", Topics.BatchNorm, "High learning rates make gradients vanish or end in poor minima")
    {
        Source = "S3",
        Phrase = "높은 Learning rate로 학습시 scale때문에 gradient가 vanish하거나 local minima",
        Question = "Just above the largest stable rate, do units of a plain network die where those of a normalised one do not?",
        Criterion = "At the lowest rate of the grid at which the plain network is no longer stable (not finite, or last training loss not below the first, in any seed): more than half of its units dead, or numbers not finite, in the mean; less than 20% dead with normalisation at the same rate. That gradients vanish rather than explode: more dead runs than runs that are not finite, over all rates from there on.",
        Cost = new(new(8, 3), new(120, 5), new(240, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 150, 468, 1404);
        (string Norm, float Rate)[] arms = [.. ((string[])["none", "batch"]).SelectMany(static norm => Rates.Select(rate => (norm, rate)))];
        var runs = new PairedRuns<(string Norm, float Rate)>(context, Claim, "grid of rates", arms, (arm, seed) => Workload.MnistRelu.With(arm.Norm) with { Rate = arm.Rate, Steps = steps, Seed = seed, Checkpoints = Workload.Every(steps, 5), TestSamples = 1000, Looks = [0, steps] });
        static double Dead(RunResult run) => 100 * run["look_dead"][^(int)run["look_layers"][0]..].Average();
        static bool IsBroken(RunResult run) => run.Last("refused") > 0;
        static bool IsStable(RunResult run) => !IsBroken(run) && run.Last("train_loss") < run.Last("first_loss");
        var unstable = Rates.Where(rate => !runs[("none", rate)].All(IsStable)).DefaultIfEmpty(Rates[^1]).Min();
        var (broken, dead) = (runs[("none", unstable)].Count(IsBroken), runs.Of(("none", unstable), Dead));
        var above = Rates.Where(rate => rate >= unstable).SelectMany(rate => runs[("none", rate)]).ToArray();
        var (exploded, died) = (above.Count(IsBroken), above.Count(static run => !IsBroken(run) && Dead(run) > 50));
        Finding[] findings =
        [
            new(FormattableString.Invariant($"without, rate {unstable}: dead units, %, or runs that are not finite"), "above 50, or all of the runs", FormattableString.Invariant($"{Judge.WithSpread(dead)}%; {broken} of {runs.Seeds} not finite"), "vanish, or poor minima", dead.Mean > 50 || broken == runs.Seeds),
            Judge.AtMost(FormattableString.Invariant($"with, rate {unstable}: dead units, %"), runs.Of(("batch", unstable), Dead), 20),
            new("vanish rather than explode: runs with dead layers, and runs that are not finite, at this rate and above", "more of the former", FormattableString.Invariant($"{died} and {exploded}"), "vanish because of the scale", died > exploded),
        ];
        double[] axis = [.. Rates.Select(static rate => (double)rate)];
        LineSeries Line(string norm, string name) => new(name, axis, [.. Rates.Select(rate => runs.Of((norm, rate), Dead).Mean)]) { Markers = true };
        return Outcome.Of(context, Claim, findings, "Too high a rate ends a plain network: its numbers grow past all bounds, and the last finite weights often have many units that are dead. The paper says that gradients explode or vanish; the note keeps one half of that, and in this network it is the other half that is seen. The normalised network bears the same rates, since larger weights get smaller gradients.") with
        {
            Evidence = [new PageSection("Dead units over the rate").Figure(
                new Chart(FormattableString.Invariant($"Units that give the same number for every sample, after {steps:N0} steps"), new ChartAxis("learning rate") { Scale = AxisScale.Logarithmic }, new ChartAxis("share", "%"), [Line("none", "without"), Line("batch", "with batch normalisation")]),
                FormattableString.Invariant($"784-256-256-10, ReLU, plain descent, batches of 128, 500 test images, mean of {runs.Seeds} seeds. A run whose numbers are not finite is looked at with its last finite weights."))
                .Table(runs.Table("network and rate", static arm => FormattableString.Invariant($"{(arm.Norm == "none" ? "without" : "with")}, {arm.Rate}"), ("dead, %", Dead), ("steps not finite", static run => run.Last("refused")), ("accuracy, %", static run => 100 * run.Last("accuracy")), ("norm of the weights", static run => run.Last("weight_norm"))))],
        };
    }
}
