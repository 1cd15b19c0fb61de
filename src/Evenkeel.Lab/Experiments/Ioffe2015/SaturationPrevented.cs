using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Ten layers of sigmoids over a grid of rates.</summary>
public sealed class SaturationPrevented : Experiment
{
    private static readonly float[] Rates = [0.01f, 0.1f, 1, 10];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C25", Topics.BatchNorm, "Batch normalisation prevents saturation")
    {
        Source = "S3, S4",
        Phrase = "saturating nonlinearity문제를 방지",
        Question = "Does a sigmoid network of ten layers learn with batch normalisation where it does not without, at any rate of a grid?",
        Criterion = "Best over the grid: without at most 20%, with at least 90%. The saturated share is reported.",
        Cost = new(new(30, 3), new(240, 5), new(480, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 936, 2340, 4680);
        (string Norm, float Rate)[] arms = [.. ((string[])["none", "batch"]).SelectMany(static norm => Rates.Select(rate => (norm, rate)))];
        var runs = new PairedRuns<(string Norm, float Rate)>(context, Claim, "grid of rates", arms, (arm, seed) => Workload.MnistDeep("sigmoid").With(arm.Norm) with { Rate = arm.Rate, Steps = steps, Seed = seed, Checkpoints = Workload.Every(steps, 10), Looks = [0, steps] });
        (string, float) Best(string norm) => Rates.Select(rate => (norm, rate)).MaxBy(arm => runs.Accuracy(arm).Mean);
        var (plain, normalised) = (Best("none"), Best("batch"));
        Finding[] findings =
        [
            Judge.AtMost("without: accuracy at the best rate, %", runs.Accuracy(plain), 20, "0.1% of a thousand classes, chance"),
            Judge.AtLeast("with: accuracy at the best rate, %", runs.Accuracy(normalised), 90, "69.8%"),
        ];
        double[] layers = [.. Enumerable.Range(1, 10).Select(static layer => (double)layer)];
        double[] Saturated((string, float) arm) => [.. layers.Select((_, layer) => runs.Of(arm, run => 100 * LastLook(run, "look_saturated")[layer]).Mean)];
        double[] Gradients((string, float) arm) => [.. layers.Select((_, layer) => runs.Of(arm, run => run["look_gradient"][layer]).Mean)];
        return Outcome.Of(context, Claim, findings, "Without normalisation ten layers of sigmoids do not learn at any rate, with it they do. It is not saturation that normalisation takes away here: before training next to no output is saturated in either network. The sigmoid's derivative, 1/4 at most, makes the gradient vanish on its way down, and dividing by a small deviation puts the factor back. Saturation in numbers comes with rates that are too high.") with
        {
            KeyNumbers = [new("without", FormattableString.Invariant($"{runs.Accuracy(plain).Mean:0.0}%"), FormattableString.Invariant($"best of the rates, {plain.Item2}")), new("with", FormattableString.Invariant($"{runs.Accuracy(normalised).Mean:0.0}%"), FormattableString.Invariant($"best of the rates, {normalised.Item2}"))],
            Evidence =
            [
                new PageSection("Accuracy").Figure(new Chart("Test accuracy at each network's best rate", new ChartAxis("step"), new ChartAxis("accuracy", "%"), [runs.AccuracyCurve(plain, "without"), runs.AccuracyCurve(normalised, "with batch normalisation")]),
                    FormattableString.Invariant($"784-100x10-10, sigmoid, plain descent, batches of 128, mean of {runs.Seeds} seeds.")).Table(runs.Table("network and rate", static arm => FormattableString.Invariant($"{(arm.Norm == "none" ? "without" : "with")}, {arm.Rate}"), ("accuracy, %", static run => 100 * run.Last("accuracy")))),
                new PageSection("Layers").Figure(new Chart("Saturated outputs at the end", new ChartAxis("hidden layer"), new ChartAxis("share", "%"), [new LineSeries("without", layers, Saturated(plain)) { Markers = true }, new LineSeries("with", layers, Saturated(normalised)) { Markers = true }]), "Outputs below 0.02 or above 0.98.")
                    .Figure(new Chart("Norm of the weights' gradient before training", new ChartAxis("hidden layer"), new ChartAxis("norm") { Scale = AxisScale.Logarithmic }, [new LineSeries("without", layers, Gradients(plain)) { Markers = true }, new LineSeries("with", layers, Gradients(normalised)) { Markers = true }]), "Mean over the seeds, 500 test images."),
            ],
        };
    }

    private static double[] LastLook(RunResult run, string series) => run[series][^(int)run["look_layers"][0]..];
}
