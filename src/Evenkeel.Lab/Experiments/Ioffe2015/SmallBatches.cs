using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Normalization;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Lab.Workloads;
using Evenkeel.Layers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Batches of 2 to 128 samples, the same number of samples in all, three normalisations, remedies, and a convolutional network.</summary>
public sealed class SmallBatches : Experiment
{
    private static readonly int[] Sizes = [2, 4, 8, 32, 128];
    private static readonly string[] Norms = ["batch", "layer", "group"];
    private static readonly string[] ConvolutionNorms = ["batch", "group"];
    private static readonly int[] ConvolutionSizes = [2, 32];

    // The paper's schedule opens over tens of thousands of updates; a small batch's run has some thousands.
    private static readonly BatchNormOptions Renormalized = BatchNormOptions.Default with { Renormalization = new BatchRenormalization { PlainUpdates = 100, RatioUpdates = 1000, OffsetUpdates = 1000 } };

    private const string Renorm = "renormalisation, batch 2";
    private const string Eval = "evaluation with the sample's own statistics (EvalNorm), batch 2";
    private const string Ghosts = "ghosts of 2, batch 128";

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C28", Topics.BatchNorm, "Batch normalisation fails for small batches")
    {
        Source = "S1, S3",
        Phrase = "작은 Batch사이즈의 경우 성능이 낮게",
        Question = "Does accuracy fall with the batch size where it does not with other normalisations?",
        Criterion = "At equal samples and a rate proportional to the batch, evaluated with running statistics: batch normalisation at batch 2 at least 5 points below batch 32, while group and layer normalisation lose at most 2; in a dense layer with two samples the gradient that passes is below 1e-3 of the one that comes. A small convolutional network on photographs is judged alike, without carrying the verdict: the places of an image stand in for samples there. Reported: a batch's own statistics, population statistics (algorithm 2), batch renormalisation, ghost batches of 2 within 128.",
        Cost = new(new(40, 3), new(420, 5), new(900, 5)),
        Datasets = [Mnist.Name, Cifar10.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var samples = context.Of(256, 12_800, 60_000, 180_000);
        (string Norm, int Size)[] arms = [.. Norms.SelectMany(static norm => Sizes.Select(size => (norm, size)))];
        TrainingTrial Trial(TrainingTrial workload, int size, int all, ulong seed) =>
            workload with { Rate = 0.2f * size / 128, BatchSize = size, Steps = all / size, Seed = seed, Checkpoints = [all / size], OwnBatches = size, Recalibration = context.Of(2, 50, 500, 500) };
        var runs = new PairedRuns<(string Norm, int Size)>(context, Claim, "training", arms, (arm, seed) => Trial(Workload.MnistRelu.With(arm.Norm), arm.Size, samples, seed));
        static TrainingTrial Options(BatchNormOptions options) => Workload.MnistRelu with { Network = Workload.MnistRelu.Network with { Norm = "batch", BatchNorm = options } };
        var remedies = new PairedRuns<string>(context, Claim, "remedies", [Renorm, Eval, Ghosts], (arm, seed) =>
            arm == Renorm ? Trial(Options(Renormalized), 2, samples, seed) : arm == Eval ? Trial(Options(BatchNormOptions.Default with { SampleWeight = 0.5f }), 2, samples, seed) : Trial(Options(BatchNormOptions.Default with { GhostSize = 2 }), 128, samples, seed));
        var photographs = context.Of(64, 4800, 30_000, 90_000);
        (string Norm, int Size)[] convolutional = [.. ConvolutionNorms.SelectMany(static norm => ConvolutionSizes.Select(size => (norm, size)))];
        var images = new PairedRuns<(string Norm, int Size)>(context, Claim, "photographs", convolutional, (arm, seed) => Trial(Workload.CifarSmall.With(arm.Norm), arm.Size, photographs, seed));
        Sample ImageLoss(string norm) => images.Difference((norm, 32), (norm, 2), static run => 100 * run.Last("accuracy"));
        static double Own(RunResult run) => 100 * run.Last("own_accuracy");
        static double Population(RunResult run) => 100 * run.Last("recalibrated_accuracy");
        static double Accuracy(RunResult run) => 100 * run.Last("accuracy");
        Sample Loss(string norm) => runs.Difference((norm, 32), (norm, 2), static run => 100 * run.Last("accuracy"));
        Finding[] findings =
        [
            Judge.AtLeast("batch normalisation: points lost from batch 32 to batch 2", Loss("batch"), 5, "10.6 points of error at ImageNet (Wu and He 2018)"),
            Judge.AtMost("layer normalisation: the same", Loss("layer"), 2, "none"),
            Judge.AtMost("group normalisation: the same", Loss("group"), 2, "none"),
            Judge.AtLeast("convolutions, batch normalisation: points lost from batch 32 to batch 2", ImageLoss("batch"), 5) with { Carries = false },
            Judge.AtMost("convolutions, group normalisation: the same", ImageLoss("group"), 2) with { Carries = false },
            Judge.AtMost("dense layer, two samples: gradient that passes over the one that comes", GradientOfPairs(), 1e-3, "0 but for epsilon"),
        ];
        double[] axis = [.. Sizes.Select(static size => (double)size)];
        return Outcome.Of(context, Claim, findings, "With few samples a batch's mean and variance are bad guesses, so training is noisy, and inference with running statistics is another function than the one that was trained. Of two samples a dense layer keeps only which of them is the larger one, and passes no gradient down: the layers below it do not learn. Normalisations within a sample have none of that.") with
        {
            Evidence = [new PageSection("Accuracy and batch size").Figure(
                new Chart("Test accuracy", new ChartAxis("samples per batch") { Scale = AxisScale.Logarithmic }, new ChartAxis("accuracy", "%"),
                    [.. Norms.Select(norm => new LineSeries(norm, axis, [.. Sizes.Select(size => runs.Accuracy((norm, size)).Mean)]) { Markers = true }),
                    new LineSeries("batch, own statistics", axis, [.. Sizes.Select(size => runs.Of(("batch", size), static run => 100 * run.Last("own_accuracy")).Mean)]) { Markers = true, Style = LineStyle.Dashed, Color = 0 }]),
                FormattableString.Invariant($"784-256-256-10, ReLU, {samples:N0} samples, rate 0.2 at batch 128 and proportional to the batch, mean of {runs.Seeds} seeds."))
                .Table(runs.Table("normalisation and batch", static arm => FormattableString.Invariant($"{arm.Norm}, {arm.Size}"), ("accuracy, %", Accuracy), ("with own statistics, %", Own), ("with population statistics, %", Population))),
                new PageSection("Remedies").Table(remedies.Table("batch normalisation with", static arm => arm, ("accuracy, %", Accuracy), ("with own statistics, %", Own), ("with population statistics, %", Population)))
                    .List("Population statistics over 50 batches and more mend what inference sees, not what training saw.", "Renormalisation brings training nearer to inference; its limits open over 1,000 updates here.", "EvalNorm trains as batch normalisation does; evaluation takes a sample's own statistics too, with the weight 1/2 that one of two samples has.", "Ghosts of 2 have the statistics of tiny batches and the steps of large ones: what they lose is the statistics' part."),
                new PageSection("Photographs").Table(images.Table("normalisation and batch", static arm => FormattableString.Invariant($"{arm.Norm}, {arm.Size}"), ("accuracy, %", Accuracy), ("with own statistics, %", Own), ("with population statistics, %", Population))
                    with { Caption = FormattableString.Invariant($"Three convolutions with 16, 32 and 64 filters, {photographs:N0} photographs") })],
        };
    }

    private static double GradientOfPairs()
    {
        const int units = 64;
        using var probe = new LayerProbe(new Sequential(("bn", new BatchNorm())), [units], 2);
        var cotangent = LayerProbe.Normal(2 * units, "cotangent");
        var (_, gradient) = probe.Backward(LayerProbe.Normal(2 * units, "features"), cotangent);
        return Percentiles.Median(gradient.Zip(cotangent, static (passed, came) => Math.Abs(passed / (double)came)));
    }
}
