using System.Collections.Immutable;
using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Regularization;

/// <summary>A backbone trained on the digits 0 to 4 serves the digits 5 to 9, with its normalisation frozen as a whole or by half.</summary>
public sealed class TransferLearning : Experiment
{
    private static readonly (string Series, string Name)[] Arms =
        [("scratch", "from scratch"), ("frozen", "frozen backbone"), ("tuned", "backbone, all trained"), ("moving", "frozen, normalisation in training mode"), ("still", "frozen, batch statistics while training")];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C68", Topics.Training, "Transfer from a trained backbone helps")
    {
        Source = "S4",
        Phrase = "Transfer Learning ... ImageNet pretrained BackBone",
        Question = "Do layers trained on the digits 0 to 4 help to learn 5 to 9 from few labels?",
        Criterion = "Convolutions trained on 0 to 4 and frozen, a new last layer: with 10 labels per class at least 5 points above the same network from scratch; normalisation in the frozen part must use its running statistics: left in training mode, at least 0.5 points are lost with 10 labels. With the most labels the gain is at most 1 point (beside the verdict).",
        Cost = new(new(45, 5), new(240, 5), new(480, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        ImmutableArray<int> labels = context.Of<ImmutableArray<int>>([2], [10, 100, 1000], [10, 30, 100, 300, 1000], [10, 30, 100, 300, 1000, 5000]);
        var (pretraining, steps) = (context.Of(2, 300, 900, 2400), context.Of(2, 150, 400, 1000));
        var source = new TrainingTrial
        {
            Network = new Network { Architecture = Architecture.Convolutional, Widths = [16, 32], Norm = "batch" },
            Pixels = PixelScale.Centered,
            TestSamples = 0,
            BatchSize = context.Of(10, 50, 50, 50),
            Momentum = 0.9f,
            Rate = 0.03f,
            Steps = pretraining,
            Checkpoints = [pretraining],
        };
        var runs = new PairedRuns<string>(context, Claim, "backbone and heads", ["transfer"], (_, seed) => new TransferTrial { Source = source with { Seed = seed }, Labels = labels, Steps = steps });
        Sample Gap(string better, string worse, int place) => Sample.OfDifferences(runs["transfer"].Select(run => 100 * run[better][place]), runs["transfer"].Select(run => 100 * run[worse][place]));
        Finding[] findings =
        [
            Judge.AtLeast(FormattableString.Invariant($"{labels[0]} labels per class: points that the frozen backbone gains over training from scratch"), Gap("frozen", "scratch", 0), 5),
            Judge.AtLeast(FormattableString.Invariant($"{labels[0]} labels per class: points lost with the frozen part's normalisation in training mode"), Gap("frozen", "moving", 0), 0.5, "must be in inference mode"),
            Judge.AtMost(FormattableString.Invariant($"{labels[^1]} labels per class: points that the frozen backbone gains"), Gap("frozen", "scratch", labels.Length - 1), 1, "the gain vanishes with enough data") with { Carries = false },
        ];
        double[] axis = [.. labels.Select(static count => (double)count)];
        double[] Curve(string series) => [.. Enumerable.Range(0, labels.Length).Select(place => 100 * runs["transfer"].Average(run => run[series][place]))];
        return Outcome.Of(context, Claim, findings, FormattableString.Invariant($"What the layers in front have learnt from some digits serves others: {Judge.WithSpread(Gap("frozen", "scratch", 0))} points with {labels[0]} labels per class, where the bar asks for 5; with many labels a network learns its own. Whether it matters that normalisation of the frozen part is left in training mode depends on the data: where both tasks have like statistics, as digits do, nothing is lost. Frozen whole, a layer is at least the same function for every batch, and its output can be computed once.")) with
        {
            Evidence = [new PageSection("Accuracy on the digits 5 to 9").Figure(
                new Chart("Test accuracy by labels per class", new ChartAxis("labels per class") { Scale = AxisScale.Logarithmic }, new ChartAxis("accuracy", "%"),
                    [.. Arms.Select((arm, place) => new LineSeries(arm.Name, axis, Curve(arm.Series)) { Markers = true, Style = place > 2 ? LineStyle.Dashed : LineStyle.Solid })]),
                FormattableString.Invariant($"Convolutions of 16 and 32 filters with normalisation and pooling, a linear layer; {pretraining:N0} steps of 50 on the digits 0 to 4, then {steps:N0} steps of 50 on the digits 5 to 9; momentum 0.9, rate 0.03, mean of {runs.Seeds} seeds."))
                .Table(new PageTable([new("labels per class"), .. Arms.Select(static arm => new TableColumn(arm.Name, true))],
                    [.. labels.Select((count, place) => (IReadOnlyList<string>)[FormattableString.Invariant($"{count}"), .. Arms.Select(arm => Judge.WithSpread(Sample.Of(runs["transfer"].Select(run => 100 * run[arm.Series][place]))))])]))],
            Facts = [("accuracy on the digits 0 to 4, %", Judge.WithSpread(runs.Of("transfer", static run => 100 * run.Last("source"))))],
        };
    }
}
