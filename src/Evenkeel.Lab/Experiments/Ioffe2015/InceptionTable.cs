using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>The paper's comparison of Inception and its normalised variants, at the size of CIFAR-10, with several views and an ensemble.</summary>
/// <remarks>Ioffe and Szegedy, arXiv 1502.03167, section 4.2.2, figures 2 and 3; figure 4 for views and ensemble.</remarks>
public sealed class InceptionTable : Experiment
{
    private const string Original = "Inception";
    private const string Baseline = "BN-Baseline";
    private const string TimesFive = "BN-x5";
    private const string TimesThirty = "BN-x30";
    private const string Sigmoid = "BN-x5-Sigmoid";

    // In per cent; chance is 10.
    private const double LeastLearned = 15;

    private static readonly Dictionary<string, (InceptionRecipe Recipe, string Steps, string Best)> Paper = new(StringComparer.Ordinal)
    {
        [Original] = (new InceptionRecipe(), "31.0 million", "72.2"),
        [Baseline] = (new InceptionRecipe { Normalized = true }, "13.3 million", "72.7"),
        [TimesFive] = (new InceptionRecipe().Accelerated(5), "2.1 million", "73.0"),
        [TimesThirty] = (new InceptionRecipe().Accelerated(30), "2.7 million", "74.8"),
        [Sigmoid] = (new InceptionRecipe { Activation = "sigmoid" }.Accelerated(5), "never", "69.8"),
    };

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("inception", Topics.BatchNorm, "Normalised Inception needs a fraction of the steps and ends higher")
    {
        Name = "ioffe2015/inception",
        Source = "Ioffe and Szegedy 2015, figures 2 to 4",
        Phrase = "matches the accuracy of Inception in less than half the number of steps; 14 times fewer steps; 74.8%",
        Question = "Do the variants of the paper's table keep their order in steps and in accuracy at the size of CIFAR-10?",
        Criterion = "Steps to the best accuracy of Inception (on the mean curve; not decided where Inception stays below 15%): BN-Baseline at least 1.5 times fewer, BN-x5 at least 1.5 times fewer than BN-Baseline. Best accuracy: BN-Baseline at least Inception, BN-x5 at least BN-Baseline, BN-x30 at least BN-x5; BN-x5-Sigmoid at least 20 points above chance. Views and ensemble are reported: neither may lose against the single network.",
        Cost = new(new(145, 1), new(18_000, 5), new(54_000, 5)),
        Datasets = [Cifar10.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 400, 15_620, 46_860);
        var checkpoints = Workload.Every(steps, context.Of(1, 12, 50, 100));
        var samples = context.Of(100, 5000, 0, 0);
        var runs = new PairedRuns<string>(context, Claim, "Inception and its variants", Paper.Keys, (arm, seed) => new InceptionTrial { Recipe = Paper[arm].Recipe, Samples = samples, TestSamples = context.Of(20, 500, 10_000, 10_000), Steps = steps, Checkpoints = checkpoints, Seed = seed });
        double Best(string arm) => 100 * runs.Mean(arm, "accuracy").Max();
        Sample Gain(string better, string worse) => runs.Difference(better, worse, static run => 100 * run["accuracy"].Max());

        // A network that has learned nothing sets no mark: its best is reached by chance at the first checkpoint.
        double? StepsTo(string arm) => Best(Original) < LeastLearned ? null : runs.StepsTo(arm, runs.Mean(Original, "accuracy").Max());
        static double Single(RunResult run) => 100 * run.Last("accuracy");
        var views = runs.Of(TimesThirty, static run => (100 * run.Last("views")) - Single(run));
        var ensemble = 100 * ViewProbabilities.AccuracyOfMean([.. runs[TimesThirty].Select(static run => run["probabilities"])], runs[TimesThirty][0]["labels"]);
        var members = runs.Of(TimesThirty, static run => 100 * run.Last("views")).Mean;
        Finding[] findings =
        [
            Judge.Ratio("steps to Inception's best: Inception and BN-Baseline", StepsTo(Original), StepsTo(Baseline), steps, 1.5, "31.0 and 13.3 million: 2.3 times"),
            Judge.Ratio("the same: BN-Baseline and BN-x5", StepsTo(Baseline), StepsTo(TimesFive), steps, 1.5, "13.3 and 2.1 million: 6.3 times"),
            Judge.AtLeast("best accuracy: BN-Baseline minus Inception, in points", Gain(Baseline, Original), 0, "0.5"),
            Judge.AtLeast("best accuracy: BN-x5 minus BN-Baseline", Gain(TimesFive, Baseline), 0, "0.3"),
            Judge.AtLeast("best accuracy: BN-x30 minus BN-x5", Gain(TimesThirty, TimesFive), 0, "1.8"),
            Judge.AtLeast("BN-x5-Sigmoid: best accuracy, %", runs.Of(Sigmoid, static run => 100 * run["accuracy"].Max()), 30, "69.8, where Inception with sigmoids stays at chance"),
            Judge.AtLeast("BN-x30, six views instead of one: points gained", views, 0, "3.2 (144 crops)") with { Carries = false },
            runs.Seeds > 1
                ? Judge.AtLeast(FormattableString.Invariant($"ensemble of {runs.Seeds} networks BN-x30, six views: points gained over one"), ensemble - members, 0, "1.9 (6 networks)") with { Carries = false }
                : new("ensemble of networks BN-x30", "no points lost", "needs more than one seed", "1.9 points gained (6 networks)", null) { Carries = false },
        ];
        double[] axis = runs[Original][0]["step"];
        return Outcome.Of(context, Claim, findings, "Read the table's columns apart. Normalisation alone saves steps; most of the paper's factor of 14 comes with the changes that normalisation permits, the learning rate first of all. A rate of thirty times needs long training to be the best one: in short runs it is still on its way. Sigmoids, which the original does not train with at all, train.") with
        {
            KeyNumbers = [new("Inception, best", FormattableString.Invariant($"{Best(Original):0.0}%")), new("BN-Baseline", FormattableString.Invariant($"{Best(Baseline):0.0}%")), new("BN-x5", FormattableString.Invariant($"{Best(TimesFive):0.0}%")), new("BN-x30", FormattableString.Invariant($"{Best(TimesThirty):0.0}%"))],
            Evidence = [new PageSection("Accuracy over the steps").Figure(
                new Chart("Test accuracy, single crop", new ChartAxis("step"), new ChartAxis("accuracy", "%"), [.. Paper.Keys.Select(arm => runs.AccuracyCurve(arm, arm)), new RuleSeries("Inception's best", Best(Original))]),
                FormattableString.Invariant($"BN-Inception with a quarter of the filters for 32 x 32, batches of 32, momentum 0.9, rate 0.01 times the factor, exponential fall, {(samples > 0 ? FormattableString.Invariant($"{samples:N0} photographs") : "50,000 photographs")}, {steps:N0} steps, mean of {runs.Seeds} {(runs.Seeds == 1 ? "seed" : "seeds")}."))
                .Figure(new Chart("The paper's figure 2: ImageNet", new ChartAxis("million steps"), new ChartAxis("validation accuracy", "%"), [.. Paper.Keys.Select(static (arm, i) => PaperFigure.Validation(arm).InMillions().Dashed(arm, i, scale: 100))]),
                    "Read off the paper's drawing, single crop.")
                .Table(new PageTable(
                    [new("variant"), new("steps to Inception's best", true), new("best, %", true), new("six views, %", true), new("steps not finite", true), new("paper: steps to 72.2%", true), new("paper: best, %", true)],
                    [.. Paper.Select(entry => (IReadOnlyList<string>)[entry.Key, Judge.Steps(StepsTo(entry.Key)), Judge.Number(Best(entry.Key)), Judge.WithSpread(runs.Of(entry.Key, static run => 100 * run.Last("views"))), Judge.Number(runs.Of(entry.Key, static run => run.Last("refused")).Mean), entry.Value.Steps, entry.Value.Best])]))],
            Facts = [("checkpoints", string.Join(", ", axis.Select(Judge.Number))), ("ensemble of BN-x30, six views, %", Judge.Number(ensemble))],
        };
    }
}
