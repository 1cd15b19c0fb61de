using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>A grid of learning rates with and without normalisation.</summary>
public sealed class HigherRates : Experiment
{
    private const double Target = 0.9;
    private const double LeastRatio = 4;
    private const double LeastSpeed = 1.5;

    private static readonly float[] Rates = [0.01f, 0.03f, 0.1f, 0.3f, 1, 3, 10, 30];
    private static readonly float[] ConvolutionRates = [0.1f, 0.3f, 1, 3];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C08", Topics.BatchNorm, "Batch normalisation allows higher learning rates")
    {
        Source = "S0, S3, S4",
        Phrase = "더 큰 learning rates 사용 가능",
        Question = "Is the largest rate at which a network still learns higher with batch normalisation, and is its best rate faster?",
        Criterion = "Largest stable rate (finite, last training loss below the first, in every seed) at least 4 times higher with normalisation; at each one's best rate at least 1.5 times fewer steps to 90% test accuracy. The rates rise about threefold. The largest stable rate of a small convolutional network on photographs is judged alike, without carrying the verdict.",
        Cost = new(new(25, 3), new(300, 5), new(600, 5)),
        Datasets = [Mnist.Name, Cifar10.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 240, 900, 2000);
        (string Norm, float Rate)[] arms = [.. ((string[])["none", "batch"]).SelectMany(static norm => Rates.Select(rate => (norm, rate)))];
        var runs = new PairedRuns<(string Norm, float Rate)>(context, Claim, "grid of rates", arms, (arm, seed) => Workload.MnistRelu.With(arm.Norm) with { Rate = arm.Rate, Steps = steps, Seed = seed, Checkpoints = Workload.Every(steps, Math.Max(1, steps / 10)), TestSamples = 1000 });
        var (plain, normalised) = (LargestStable(runs, Rates, "none"), LargestStable(runs, Rates, "batch"));
        var photographs = context.Of(2, 60, 780, 1560);
        (string Norm, float Rate)[] convolutional = [.. ((string[])["none", "batch"]).SelectMany(static norm => ConvolutionRates.Select(rate => (norm, rate)))];
        var images = new PairedRuns<(string Norm, float Rate)>(context, Claim, "grid of rates, photographs", convolutional, (arm, seed) => Workload.CifarSmall.With(arm.Norm) with { Rate = arm.Rate, Steps = photographs, Seed = seed, Checkpoints = Workload.Every(photographs, 2), TestSamples = 500 });
        var (plainImages, normalisedImages) = (LargestStable(images, ConvolutionRates, "none"), LargestStable(images, ConvolutionRates, "batch"));
        double? Fastest(string norm) => Rates.Select(rate => runs.StepsTo((norm, rate), Target)).Min();
        Finding[] findings =
        [
            Judge.AtLeast("largest stable rate, with over without", normalised / plain, LeastRatio, "rate 0.5 and more instead of 0.1"),
            Judge.AtLeast("photographs: largest stable rate, with over without", normalisedImages / plainImages, LeastRatio) with { Carries = false },
            Judge.Ratio("steps to 90% at the best rate, without and with", Fastest("none"), Fastest("batch"), steps, LeastSpeed, "14 times fewer"),
        ];
        double[] axis = [.. Rates.Select(static rate => (double)rate)];
        LineSeries Line(string norm, string name) => new(name, axis, [.. Rates.Select(rate => runs.Accuracy((norm, rate)).Mean)]) { Markers = true };
        LineSeries ImageLine(string norm, string name) => new(name, [.. ConvolutionRates.Select(static rate => (double)rate)], [.. ConvolutionRates.Select(rate => images.Accuracy((norm, rate)).Mean)]) { Markers = true };
        return Outcome.Of(context, Claim, findings, "Normalisation widens the range of rates that work upwards. Whether it also trains faster has to be asked with each network at its own best rate: a comparison at one common rate says more about the rate than about normalisation.") with
        {
            KeyNumbers = [new("largest stable rate without", Judge.Number(plain)), new("with", Judge.Number(normalised), normalised >= Rates[^1] ? "the grid's last one" : "")],
            Evidence = [new PageSection("Accuracy over the rate").Figure(
                new Chart(FormattableString.Invariant($"Test accuracy after {steps:N0} steps"), new ChartAxis("learning rate") { Scale = AxisScale.Logarithmic }, new ChartAxis("accuracy", "%"), [Line("none", "without"), Line("batch", "with batch normalisation")]),
                FormattableString.Invariant($"784-256-256-10, ReLU, plain descent, batches of 128, mean of {runs.Seeds} seeds."))
                .Table(runs.Table("network and rate", static arm => FormattableString.Invariant($"{(arm.Norm == "none" ? "without" : "with")}, {arm.Rate}"), ("accuracy, %", static run => 100 * run.Last("accuracy")), ("steps not finite", static run => run.Last("refused")))),
                new PageSection("Photographs").Figure(
                    new Chart(FormattableString.Invariant($"Test accuracy after {photographs:N0} steps"), new ChartAxis("learning rate") { Scale = AxisScale.Logarithmic }, new ChartAxis("accuracy", "%"), [ImageLine("none", "without"), ImageLine("batch", "with batch normalisation")]),
                    FormattableString.Invariant($"Three convolutions with 16, 32 and 64 filters, 10,000 images of CIFAR-10, plain descent, batches of 64, mean of {images.Seeds} seeds."))],
        };
    }

    private static double LargestStable(PairedRuns<(string Norm, float Rate)> runs, float[] rates, string norm)
    {
        static bool IsStable(RunResult run) => run.Last("refused") == 0 && run.Last("train_loss") < run.Last("first_loss");
        return rates.Where(rate => runs[(norm, rate)].All(IsStable)).DefaultIfEmpty(rates[0]).Max();
    }
}
