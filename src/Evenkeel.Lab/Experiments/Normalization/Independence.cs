using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Trials;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Normalization;

/// <summary>Batches of two classes alone against shuffled ones, and inputs far from normal against plain ones.</summary>
public sealed class Independence : Experiment
{
    private static readonly string[] Norms = ["batch", "group"];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C32", Topics.Normalization, "Batch normalisation assumes independent samples")
    {
        Source = "S2",
        Phrase = "sample들이 independent하다고 가정",
        Question = "Does accuracy fall where a batch holds two classes only?",
        Criterion = "Batches of two classes against shuffled ones, evaluated with running statistics: batch normalisation loses at least 10 points, group normalisation at most 2. That it assumes a standard normal distribution: it loses at least 2 points where the pixels are 0 or 1 instead of standardised grey.",
        Cost = new(new(15, 3), new(180, 5), new(360, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 400, 1500, 4680);
        (string Norm, int Classes, PixelScale Pixels)[] arms =
        [
            .. Norms.SelectMany(static norm => ((int[])[0, 2]).Select(classes => (norm, classes, PixelScale.Standardized))), ("batch", 0, PixelScale.Binary),
        ];
        var runs = new PairedRuns<(string Norm, int Classes, PixelScale Pixels)>(context, Claim, "training", arms, (arm, seed) =>
            Workload.MnistRelu.With(arm.Norm) with { Rate = 0.1f, ClassesPerBatch = arm.Classes, Pixels = arm.Pixels, Steps = steps, Seed = seed, Checkpoints = Workload.Every(steps, 10), OwnBatches = 128 });
        static double Accuracy(RunResult run) => 100 * run.Last("accuracy");
        Finding[] findings =
        [
            Judge.AtLeast("batch normalisation: points lost with two classes per batch", runs.Difference(arms[0], arms[1], Accuracy), 10, "independent samples"),
            Judge.AtMost("group normalisation: points lost with two classes per batch", runs.Difference(arms[2], arms[3], Accuracy), 2),
            Judge.AtLeast("assumes a normal distribution: points lost with pixels of 0 and 1", runs.Difference(arms[0], arms[4], Accuracy), 2, "assumes N(0, 1)"),
        ];
        return Outcome.Of(context, Claim, findings, "What batch normalisation needs is that a batch stands for the population, since inference replaces the batch's statistics by the population's; a batch of two classes does not. It asks nothing of the distribution's shape: it sets two moments and leaves the rest.") with
        {
            Evidence = [new PageSection("Accuracy").Figure(
                new Chart("Test accuracy with running statistics", new ChartAxis("step"), new ChartAxis("accuracy", "%"), [.. arms.Select(arm => runs.AccuracyCurve(arm, Name(arm), arm.Norm == "batch" ? 0 : 1, arm.Classes > 0 ? LineStyle.Dashed : arm.Pixels == PixelScale.Binary ? LineStyle.Dotted : LineStyle.Solid))]),
                FormattableString.Invariant($"784-256-256-10, ReLU, rate 0.1, batches of 128, mean of {runs.Seeds} seeds. The two classes of a batch are drawn at random."))
                .Table(runs.Table("normalisation and batches", Name, ("accuracy, %", Accuracy), ("with a shuffled batch's own statistics, %", static run => 100 * run.Last("own_accuracy"))))],
        };
    }

    private static string Name((string Norm, int Classes, PixelScale Pixels) arm) => $"{arm.Norm}, {(arm.Classes > 0 ? "two classes per batch" : "shuffled")}{(arm.Pixels == PixelScale.Binary ? ", pixels 0 or 1" : "")}";
}
