using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Each of the seven changes that normalisation permits, made alone in the normalised Inception network, and all of them together.</summary>
/// <remarks>Ioffe and Szegedy, arXiv 1502.03167, section 4.2.1; the paper makes them together.</remarks>
public sealed class SevenChanges : Experiment
{
    private const string None = "none (BN-Baseline)";
    private const string All = "all seven (BN-x5)";

    private static readonly InceptionRecipe Normalized = new() { Normalized = true };

    private static readonly Dictionary<string, InceptionRecipe> Changes = new(StringComparer.Ordinal)
    {
        [None] = Normalized,
        ["1 rate five times higher"] = Normalized with { RateFactor = 5 },
        ["2 no dropout"] = Normalized with { WithoutDropout = true },
        ["3 weight decay / 5"] = Normalized with { LessDecay = true },
        ["4 rate falls six times as fast"] = Normalized with { FasterFall = true },
        ["5 no response normalisation"] = Normalized with { WithoutResponseNorm = true },
        ["6 new order every epoch"] = Normalized with { MoreShuffling = true },
        ["7 less distortion"] = Normalized with { LessDistortion = true },
        [All] = Normalized.Accelerated(5),
    };

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("inception-changes", Topics.BatchNorm, "Seven changes make use of normalisation")
    {
        Name = "ioffe2015/changes",
        Source = "Ioffe and Szegedy 2015, section 4.2.1",
        Phrase = "Simply adding Batch Normalization to a network does not take full advantage of our method",
        Question = "Which of the seven changes helps the normalised Inception network by itself?",
        Criterion = "Best test accuracy with the change minus that without: at least 0 points for each change alone, at least 1 point for all of them together. In the quick run one seed and few steps, so that small differences are chance.",
        Cost = new(new(130, 1), new(30_000, 5), new(90_000, 5)),
        Datasets = [Cifar10.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 120, 15_620, 46_860);
        var checkpoints = Workload.Every(steps, context.Of(1, 4, 50, 100));
        var samples = context.Of(100, 2000, 0, 0);
        var runs = new PairedRuns<string>(context, Claim, "one change at a time", Changes.Keys, (arm, seed) => new InceptionTrial { Recipe = Changes[arm], Samples = samples, TestSamples = context.Of(20, 500, 10_000, 10_000), Steps = steps, Checkpoints = checkpoints, Seed = seed });
        double Gain(string arm) => runs.Difference(arm, None, static run => 100 * run["accuracy"].Max()).Mean;
        Finding[] findings = [.. Changes.Keys.Where(static arm => arm != None).Select(arm => Judge.AtLeast($"{arm}: points gained", runs.Difference(arm, None, static run => 100 * run["accuracy"].Max()), arm == All ? 1 : 0, arm.StartsWith('6') ? "about 1" : ""))];
        return Outcome.Of(context, Claim, findings, "A change is only as good as the run is long: what regularises less (no dropout, less decay, less distortion) fits faster and pays at once, a rate that falls early helps a run that ends early, and a new order needs several epochs to be one.") with
        {
            Evidence = [new PageSection("What each change gains").Figure(
                new BarChart("Best test accuracy against BN-Baseline", new ChartAxis("gain", "points"), [.. Changes.Keys.Where(static arm => arm != None)], [new BarSeries("gain", [.. Changes.Keys.Where(static arm => arm != None).Select(Gain)])]),
                FormattableString.Invariant($"BN-Inception for 32 x 32, {(samples > 0 ? samples : 50_000):N0} photographs, {steps:N0} steps of 32, {runs.Seeds} {(runs.Seeds == 1 ? "seed" : "seeds")}."))
                .Table(runs.Table("change", static arm => arm, ("best accuracy, %", static run => 100 * run["accuracy"].Max()), ("training loss at the end", static run => run.Last("train_loss"))))],
        };
    }
}
