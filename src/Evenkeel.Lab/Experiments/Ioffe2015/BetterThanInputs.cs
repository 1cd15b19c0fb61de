using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Batch normalisation against what was usual before it: standardised inputs and fitting first weights.</summary>
public sealed class BetterThanInputs : Experiment
{
    private const double Target = 0.35;

    private static readonly float[] Rates = [0.03f, 0.1f];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C30", Topics.BatchNorm, "Batch normalisation is better than earlier normalisation")
    {
        Source = "S1, S3",
        Phrase = "기존보다 좋은 normalization",
        Question = "Is batch normalisation better than standardised inputs alone, each at its best rate?",
        Criterion = "Each at its better rate of 0.03 and 0.1, on photographs, inputs standardised in both: steps to 35% test accuracy fewer and final accuracy higher, both by two standard errors.",
        Cost = new(new(25, 3), new(600, 5), new(1200, 5)),
        Datasets = [Cifar10.Name],
        MayStayOpen = "After 160 steps on photographs the two lie within the spread of three seeds, as the first run of this experiment showed.",
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 160, 1560, 7800);
        (string Norm, float Rate)[] arms = [.. ((string[])["none", "batch"]).SelectMany(static norm => Rates.Select(rate => (norm, rate)))];
        var runs = new PairedRuns<(string Norm, float Rate)>(context, Claim, "training", arms, (arm, seed) => Workload.CifarSmall.With(arm.Norm) with { Rate = arm.Rate, Steps = steps, Seed = seed, Checkpoints = Workload.Every(steps, 16) });
        (string, float) Best(string norm) => Rates.Select(rate => (norm, rate)).MaxBy(arm => runs.Mean(arm, "accuracy").Average());
        var (plain, normalised) = (Best("none"), Best("batch"));
        double Steps(RunResult run)
        {
            var place = Array.FindIndex(run["accuracy"], static accuracy => accuracy >= Target);
            return place < 0 ? steps : run["step"][place];
        }

        // The last three checkpoints together: single ones jump by several points at a constant rate.
        static double Final(RunResult run) => 100 * run["accuracy"].TakeLast(3).Average();
        Finding[] findings =
        [
            Judge.ClearlyAtLeast("steps to 35%, without minus with", runs.Difference(plain, normalised, Steps), 0, "faster"),
            Judge.ClearlyAtLeast("final accuracy, with minus without, in points", runs.Difference(normalised, plain, Final), 0, "the core of the gain"),
        ];
        return Outcome.Of(context, Claim, findings, "Standardising the inputs does for the first layer what batch normalisation does for all of them. Both networks here have it, and first weights that fit; what is left is the gain of normalising inside.") with
        {
            Evidence = [new PageSection("Accuracy").Figure(
                new Chart("Test accuracy at each network's better rate", new ChartAxis("step"), new ChartAxis("accuracy", "%"), [runs.AccuracyCurve(plain, FormattableString.Invariant($"inputs alone, rate {plain.Item2}")), runs.AccuracyCurve(normalised, FormattableString.Invariant($"batch normalisation, rate {normalised.Item2}"))]),
                FormattableString.Invariant($"Convolutions of 3 x 3 with 16, 32 and 64 filters, 10,000 photographs, batches of 64, 1,000 test photographs, mean of {runs.Seeds} seeds."))
                .Table(runs.Table("network and rate", static arm => FormattableString.Invariant($"{(arm.Norm == "none" ? "inputs alone" : "with")}, {arm.Rate}"), ("steps to 35%", Steps), ("final accuracy, %", Final)))],
        };
    }
}
