using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Regularization;

/// <summary>DropConnect, fractional maximum pooling and stochastic depth, each against the network without it on few samples; and the time of a step with stochastic depth.</summary>
/// <remarks>Wan et al., ICML 2013; Graham, arXiv 1412.6071; Huang et al., arXiv 1603.09382.</remarks>
public sealed class ThreeRegularizers : Experiment
{
    // Below this gap, in points, the base does not overfit, and the claim says nothing.
    private const double LeastGap = 5;
    private const double LeastSaving = 0.15;
    private const float LastDrop = 0.5f;
    private const int Pairs = 3;

    private static readonly Network Blocks = new() { Architecture = Architecture.Residual, Widths = [8, 16, 32], Pairs = Pairs, Norm = "batch" };

    private static readonly (string Base, string With, string Name)[] Techniques =
        [("dense", "DropConnect", "DropConnect 0.5"), ("convolutions", "fractional pooling", "fractional pooling 1.8"), ("residual", "stochastic depth", "stochastic depth 0.5")];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C67", Topics.Training, "DropConnect, fractional pooling and stochastic depth regularise")
    {
        Source = "S4",
        Phrase = "Drop connect, fractional max pooling, stochastic depth",
        Question = "Does each improve a network that overfits?",
        Criterion = "Test accuracy above the base by two standard errors, judged where the base's gap between training and test is above 5 points; a step with stochastic depth takes at least 15% less time than without, as the library skips (sample by sample). What skipping whole blocks for a whole batch would save is reported.",
        Cost = new(new(70, 3), new(600, 5), new(1200, 5)),
        Datasets = [Mnist.Name, Cifar10.Name],
        MayStayOpen = "The gains are small; three seeds may not separate them from chance.",
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (dense, images) = (context.Of(2, 800, 2400, 8000), context.Of(2, 260, 1560, 7800));
        var photographs = context.Of(2000, 2000, 5000, 10_000);
        var runs = new PairedRuns<string>(context, Claim, "training", [.. Techniques.SelectMany(static technique => (string[])[technique.Base, technique.With])], (arm, seed) =>
        {
            var digits = Workload.MnistRelu with { Samples = 2000, FitSamples = 2000, Rate = 0.1f, Steps = dense, Seed = seed, Checkpoints = [dense] };
            var small = Workload.CifarSmall with { Samples = photographs, FitSamples = 1000, Momentum = 0.9f, Rate = 0.02f, Steps = images, Seed = seed, Checkpoints = [images] };
            return arm switch
            {
                "dense" => digits,
                "DropConnect" => digits with { Network = digits.Network with { DropConnect = 0.5f } },
                "convolutions" => small.With("batch"),
                "fractional pooling" => small with { Network = small.Network with { Norm = "batch", FractionalPooling = 1.8f } },
                "residual" => small with { Network = Blocks },
                _ => small with { Network = Blocks with { StochasticDepth = LastDrop } },
            };
        });
        Sample Gap(string arm) => runs.Of(arm, static run => 100 * (run.Last("fit_accuracy") - run.Last("accuracy")));
        Finding Judged((string Base, string With, string Name) technique)
        {
            var (gain, gap) = (runs.Difference(technique.With, technique.Base, static run => 100 * run.Last("accuracy")), Gap(technique.Base));
            return new(FormattableString.Invariant($"{technique.Name}: points gained, where the gap of {gap.Mean:0.0} points is above {LeastGap}"), "above 0, by two standard errors", Judge.WithSpread(gain), "better than the base", gap.Mean > LeastGap ? gain.IsAtLeast(0) : null);
        }

        var (saved, whole) = Savings(context.Of(1, 20, 60, 60));
        Finding[] findings =
        [
            .. Techniques.Select(Judged),
            Judge.AtLeast("stochastic depth: share of a step's time that is saved", saved, LeastSaving, "about 25% (Huang et al. 2016)"),
            new("the same, if a block were skipped for a whole batch", FormattableString.Invariant($"at least {LeastSaving}"), Judge.Number(whole), "as the paper skips", null) { Carries = false },
        ];
        return Outcome.Of(context, Claim, findings, "Each of the three adds noise where a network learns its samples by heart, and asks for more steps in return: with few steps noise costs before it pays. Skipping blocks saves time only where nothing of a block is computed; drawn for each sample, as here, it regularises and saves nothing.") with
        {
            Evidence = [new PageSection("Accuracy with and without").Figure(
                new BarChart("Test accuracy", new ChartAxis("accuracy", "%") { Minimum = 0 }, [.. Techniques.Select(static technique => technique.Name)], [new BarSeries("without", [.. Techniques.Select(technique => runs.Accuracy(technique.Base).Mean)]), new BarSeries("with", [.. Techniques.Select(technique => runs.Accuracy(technique.With).Mean)])]),
                FormattableString.Invariant($"784-256-256-10 on 2,000 digits, {dense:N0} steps of 128; three convolutions, and a residual network of 20 layers, on {photographs:N0} photographs, {images:N0} steps of 64. Mean of {runs.Seeds} seeds. Pooling by 1.8 leaves images of nearly the size that pooling by 2 does."))
                .Table(runs.Table("network", static arm => arm, ("training accuracy, %", static run => 100 * run.Last("fit_accuracy")), ("test accuracy, %", static run => 100 * run.Last("accuracy")), ("gap, points", static run => 100 * (run.Last("fit_accuracy") - run.Last("accuracy")))))],
        };
    }

    /// <summary>The share of a step's time that stochastic depth saves, as it is and if blocks were left out whole: their time is what more blocks per stage add.</summary>
    private static (double AsItIs, double Whole) Savings(int rounds)
    {
        var seconds = StepClock.Seconds([Blocks, Blocks with { StochasticDepth = LastDrop }, Blocks with { Pairs = 1 }], 64, rounds, Shape.Batch(32, 32, 3));
        var blocks = Pairs * Blocks.Widths.Length;
        var block = (seconds[0] - seconds[2]) / (blocks - Blocks.Widths.Length);
        var skipped = Enumerable.Range(1, blocks).Sum(place => LastDrop * (double)place / blocks);
        return (1 - (seconds[1] / seconds[0]), skipped * block / seconds[0]);
    }
}
