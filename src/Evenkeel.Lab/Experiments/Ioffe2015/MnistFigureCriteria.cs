using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>What must hold for the figure to count as reproduced; fixed before any run.</summary>
internal static class MnistFigureCriteria
{
    public const int AheadFrom = 5000;
    public const double Target = 0.95;
    public const double LeastRatio = 2;

    // The paper's factors are 59, 1.57 and 4: half an order of magnitude of room for what the paper leaves open.
    public const double LeastPlainGrowth = 10;
    public const double MostNormalisedGrowth = 3;
    public const double LeastRangeRatio = 2;

    public const string Criterion =
        "Mean over the seeds, first with both networks at the deviation of the first weights and the learning rate at which the one without normalisation behaves as the paper's own (first percentiles, accuracy curve), then with each at its own fastest ones: " +
        "with normalisation ahead at every checkpoint from step 5,000 on, and at least 2 times fewer steps to 95% test accuracy. " +
        "Confirmed if all of it holds, refuted if none of it does, conditional on the learning rate otherwise; not decided where a fastest rate or deviation is the grid's first or last one. " +
        "Beside it, at the paper's rate, median over the last hidden layer's units: the spread (85th minus 15th percentile) grows at least 10 times without and at most 3 times with normalisation from step 200 to the end of the run; " +
        "the range of the 50th percentile is at least 2 times wider without it.";

    public static IReadOnlyList<Finding> Judge(MnistOutcome outcome)
    {
        var (plain, normalised) = (outcome.AsPaper.Plain, outcome.AsPaper.Normalised);
        var (growthPlain, growthNormalised) = (Growth(plain), Growth(normalised));
        var (rangePlain, rangeNormalised) = (Range(plain), Range(normalised));
        bool? open = outcome.Grid.IsAtEdge(outcome.OwnBest.Plain.At) || outcome.Grid.IsAtEdge(outcome.OwnBest.Normalised.At) ? null : true;
        return
        [
            Ahead("the paper's rate: ahead from step 5,000 on", outcome.AsPaper, "at every one, 17 to 0.8 points"),
            Ratio("the paper's rate: steps to 95%", outcome.AsPaper, "15,000 and 4,000 at .953, ratio 3.7"),
            WhereDecided(Ahead("own fastest rates: ahead from step 5,000 on", outcome.OwnBest, "not shown"), open),
            WhereDecided(Ratio("own fastest rates: steps to 95%", outcome.OwnBest, "not shown"), open),
            new("growth of the spread without", "at least 10 times", Text(growthPlain), "0.06 to 3.54, 59 times", growthPlain.Factor >= LeastPlainGrowth) { Carries = false },
            new("growth of the spread with", "at most 3 times", Text(growthNormalised), "2.50 to 3.92, 1.57 times", growthNormalised.Factor <= MostNormalisedGrowth) { Carries = false },
            new("range of the median", "at least 2 times wider without", Invariant($"{rangePlain:0.00} without, {rangeNormalised:0.00} with, {rangePlain / rangeNormalised:0.0} times"), "1.34 and 0.33, 4 times", rangePlain / rangeNormalised >= LeastRangeRatio) { Carries = false },
        ];
    }

    /// <summary>The usual rule, except that two steps, or steps that were refused, say nothing.</summary>
    public static ExperimentVerdict Conclude(IReadOnlyList<Finding> findings, MnistOutcome outcome, Budget budget) =>
        budget == Budget.Smoke || outcome.Curves.Any(static curve => curve.Refused > 0) ? ExperimentVerdict.Inconclusive : Outcome.Conclude(findings);

    public static string Steps(int? steps) => steps is { } value ? Invariant($"{value:N0}") : "never";

    private static Finding Ahead(string name, MnistPair pair, string paper)
    {
        var late = Enumerable.Range(0, pair.Plain.Checkpoints.Count).Where(i => pair.Plain.Checkpoints[i] >= AheadFrom).ToArray();
        if (late.Length == 0) return new(name, "at every checkpoint", "the run is shorter", paper, null);
        Sample Lead(int i) => Sample.OfDifferences(pair.Normalised.Runs.Select(run => run["accuracy"][i]), pair.Plain.Runs.Select(run => run["accuracy"][i]));
        var ahead = late.Count(i => Lead(i).Mean > 0);
        var least = late.Select(Lead).MinBy(static lead => lead.Mean);
        return new(name, "at every checkpoint", Invariant($"{ahead} of {late.Length} checkpoints, least lead {100 * least.Mean:0.00} points (two standard errors {200 * least.Error:0.00})"), paper, ahead == late.Length);
    }

    private static Finding Ratio(string name, MnistPair pair, string paper)
    {
        var (without, with, ratio) = (pair.Plain.StepsToTarget, pair.Normalised.StepsToTarget, pair.Ratio);
        var text = ratio is null ? "unknown" : Invariant($"{(without is null ? "above " : "")}{ratio:0.0}");
        bool? holds = ratio is null ? null : ratio >= LeastRatio ? true : without is null ? null : false;
        return new(name, "ratio at least 2", $"{Steps(without)} without, {Steps(with)} with, ratio {text}", paper, holds);
    }

    private static Finding WhereDecided(Finding finding, bool? open) => open is null
        ? finding with { Observed = $"{finding.Observed}; a chosen rate or deviation is the grid's first or last one", Holds = null }
        : finding;

    private static (double First, double Last, double Factor) Growth(MnistCurve curve) => (
        curve.MedianOverUnits(static (run, unit) => run["spread_first"][unit]),
        curve.MedianOverUnits(static (run, unit) => run["spread_last"][unit]),
        curve.MedianOverUnits(static (run, unit) => run["spread_last"][unit] / run["spread_first"][unit]));

    private static double Range(MnistCurve curve) => curve.MedianOverUnits(static (run, unit) => run["median_range"][unit]);

    private static string Text((double First, double Last, double Factor) growth) => Invariant($"{growth.First:0.00} to {growth.Last:0.00}, {growth.Factor:0.0} times");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
