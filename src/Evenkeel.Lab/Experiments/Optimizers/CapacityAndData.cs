using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Optimizers;

/// <summary>Training accuracy over the width, test error over the number of samples.</summary>
public sealed class CapacityAndData : Experiment
{
    private const int SamplesOfWidths = 2000;
    private const int WidthOfSamples = 128;

    private static readonly int[] Widths = [4, 16, 64, 256, 512];
    private static readonly int[] Counts = [100, 1000, 10_000, 60_000];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C61", Topics.Optimizers, "Underfitting calls for more capacity, overfitting for more data")
    {
        Source = "S2",
        Phrase = "underfitting ... Complexity을 높이는",
        Question = "How do training accuracy and test error depend on width and on the number of samples?",
        Criterion = "Mean over the seeds, equal steps: training accuracy rises, within 0.5 points, with every width of 4, 16, 64, 256 and 512 on 2,000 samples; test error falls with every number of samples of 100, 1,000, 10,000 and 60,000 at width 128.",
        Cost = new(new(8, 3), new(300, 5), new(600, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 500, 2000, 6000);
        (int Width, int Samples)[] arms = [.. Widths.Select(static width => (width, SamplesOfWidths)), .. Counts.Select(static count => (WidthOfSamples, count))];
        var runs = new PairedRuns<(int Width, int Samples)>(context, Claim, "training", arms, (arm, seed) => Workload.MnistRelu with
        {
            Network = Workload.MnistRelu.Network with { Widths = [arm.Width, arm.Width] },
            Samples = arm.Samples,
            FitSamples = 2000,
            BatchSize = Math.Min(64, arm.Samples),
            Steps = steps,
            Seed = seed,
            Checkpoints = [steps],
        });
        double Training(int width) => runs.Of((width, SamplesOfWidths), static run => 100 * run.Last("fit_accuracy")).Mean;
        double Error(int count) => runs.Of((WidthOfSamples, count), static run => 100 - (100 * run.Last("accuracy"))).Mean;
        Finding[] findings =
        [
            new("training accuracy over the width, %", "rises", string.Join(", ", Widths.Select(width => Judge.Number(Training(width)))), "more capacity", Widths.Zip(Widths.Skip(1), (small, large) => Training(large) >= Training(small) - 0.5).All(static rises => rises)),
            new("test error over the samples, %", "falls", string.Join(", ", Counts.Select(count => Judge.Number(Error(count)))), "more data", Counts.Zip(Counts.Skip(1), (few, many) => Error(many) < Error(few)).All(static falls => falls)),
        ];
        return Outcome.Of(context, Claim, findings, "A network that cannot fit its training samples gets better with width; one that fits them and errs elsewhere gets better with samples. Which of the two it is, the gap between training and test accuracy tells.") with
        {
            Evidence =
            [
                new PageSection("Capacity").Figure(new Chart(FormattableString.Invariant($"{SamplesOfWidths:N0} samples"), new ChartAxis("units per layer") { Scale = AxisScale.Logarithmic }, new ChartAxis("accuracy", "%"),
                    [new LineSeries("training", [.. Widths.Select(static width => (double)width)], [.. Widths.Select(Training)]) { Markers = true }, new LineSeries("test", [.. Widths.Select(static width => (double)width)], [.. Widths.Select(width => runs.Accuracy((width, SamplesOfWidths)).Mean)]) { Markers = true }]),
                    FormattableString.Invariant($"Two hidden layers of ReLU, rate 0.1, batches of 64, {steps:N0} steps, mean of {runs.Seeds} seeds.")),
                new PageSection("Data").Figure(new Chart(FormattableString.Invariant($"Two layers of {WidthOfSamples}"), new ChartAxis("training samples") { Scale = AxisScale.Logarithmic }, new ChartAxis("test error", "%") { Scale = AxisScale.Logarithmic },
                    [new LineSeries("test error", [.. Counts.Select(static count => (double)count)], [.. Counts.Select(Error)]) { Markers = true }]))
                    .Table(runs.Table("width and samples", static arm => FormattableString.Invariant($"{arm.Width}, {arm.Samples}"), ("training, %", static (RunResult run) => 100 * run.Last("fit_accuracy")), ("test, %", static run => 100 * run.Last("accuracy")))),
            ],
        };
    }
}
