using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>The gap between test and training loss at one training loss, by batch size: if the noise of batch statistics regularises, small batches have the smaller gap.</summary>
public sealed class Regularizer : Experiment
{
    private const int Samples = 600;
    private const double TrainingLoss = 0.1;

    private static readonly (int Size, float Rate)[] Batches = [(8, 0.05f), (32, 0.1f), (128, 0.3f), (Samples, 0.5f)];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C11", Topics.BatchNorm, "Batch normalisation regularises")
    {
        Source = "S0, S3, S4",
        Phrase = "오버피팅을 방지할 수 있는 regularization 효과",
        Question = "At the same training loss, is the gap between training and test smaller with batch normalisation, and smaller for smaller batches?",
        Criterion = "600 samples, batches of 8, 32, 128 and all of them; the gap is test loss minus training loss (both in inference) at the first checkpoint with a training loss of 0.1 or less. At batch 32 the gap is smaller with than without, and with normalisation it is smaller at batch 8 than in full batches, whose statistics have no noise; both by two standard errors.",
        Cost = new(new(25, 3), new(200, 5), new(400, 10)),
        Datasets = [Mnist.Name],
        MayStayOpen = "The effect is weak; three seeds may not separate it from chance.",
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var epochs = context.Of(2, 60, 60, 100);
        (string Norm, int Place)[] arms = [.. ((string[])["none", "batch"]).SelectMany(static norm => Enumerable.Range(0, Batches.Length).Select(place => (norm, place)))];
        var runs = new PairedRuns<(string Norm, int Place)>(context, Claim, "training", arms, (arm, seed) =>
        {
            // Full batches take one step per epoch: they get more epochs.
            var (size, rate) = Batches[arm.Place];
            var steps = Math.Max(2, Math.Max(epochs * Samples / size / 2, 3 * epochs));
            return Workload.MnistRelu.With(arm.Norm) with { Samples = Samples, FitSamples = Samples, Rate = rate, BatchSize = size, Steps = steps, Seed = seed, Checkpoints = Workload.Every(steps, Math.Min(60, steps)) };
        });
        static double Gap(RunResult run)
        {
            var place = Array.FindIndex(run["fit_loss"], static loss => loss <= TrainingLoss);
            return place < 0 ? double.NaN : run["loss"][place] - run["fit_loss"][place];
        }

        Finding[] findings =
        [
            Judge.ClearlyAtLeast("batches of 32: gap without minus gap with, in nats", runs.Difference(("none", 1), ("batch", 1), Gap), 0, "regularises"),
            Judge.ClearlyAtLeast("with: gap of full batches minus gap of batches of 8, in nats", runs.Difference(("batch", 3), ("batch", 0), Gap), 0, "noise of small batches"),
        ];
        double[] axis = [.. Batches.Select(static batch => (double)batch.Size)];
        LineSeries Line(string norm, string name) => new(name, axis, [.. axis.Select((_, place) => runs.Of((norm, place), Gap).Mean)]) { Markers = true };
        return Outcome.Of(context, Claim, findings, "What normalisation regularises with is the noise of a batch's statistics. To see it, training has to be stopped at one and the same training loss: normalised networks fit faster, so that a comparison after so many epochs compares different amounts of fitting.") with
        {
            Evidence = [new PageSection("Gap at a training loss of 0.1").Figure(
                new Chart("Test loss minus training loss", new ChartAxis("samples per batch") { Scale = AxisScale.Logarithmic }, new ChartAxis("gap", "nats"), [Line("none", "without"), Line("batch", "with batch normalisation")]),
                FormattableString.Invariant($"784-256-256-10, ReLU, {Samples} training samples, mean of {runs.Seeds} seeds."))
                .Table(runs.Table("network and batch", static arm => FormattableString.Invariant($"{(arm.Norm == "none" ? "without" : "with")}, {Batches[arm.Place].Size}"), ("gap, nats", Gap), ("accuracy at the end, %", static run => 100 * run.Last("accuracy"))))],
        };
    }
}
