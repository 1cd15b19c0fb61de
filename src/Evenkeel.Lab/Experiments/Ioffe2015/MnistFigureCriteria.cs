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

    public const string Text =
        "Mean over the seeds: with batch normalisation ahead at every checkpoint from step 5,000 on; at least 2 times fewer steps to 95% test accuracy; " +
        "median over the last hidden layer's units: the spread (85th minus 15th percentile) grows at least 10 times without and at most 3 times with it from 0.4% of the run to its end; " +
        "the range of the 50th percentile at least 2 times wider without it.";

    public static IReadOnlyList<Finding> Judge(MnistOutcome outcome)
    {
        var (plain, normalised) = (outcome.MeanAccuracy(false), outcome.MeanAccuracy(true));
        var late = Enumerable.Range(0, outcome.Checkpoints.Length).Where(i => outcome.Checkpoints[i] >= AheadFrom).ToArray();
        var ahead = late.Count(i => normalised[i] > plain[i]);
        var least = late.Length == 0 ? double.NaN : late.Min(i => normalised[i] - plain[i]);
        var (stepsPlain, stepsNormalised) = (StepsTo(outcome.Checkpoints, plain), StepsTo(outcome.Checkpoints, normalised));

        // Where only the network without normalisation never gets there, the run's length bounds its steps from below.
        double? ratio = stepsNormalised is { } with ? (double)(stepsPlain ?? outcome.Steps) / with : null;
        var ratioHolds = ratio is null ? null : ratio >= LeastRatio ? true : stepsPlain is null ? (bool?)null : false;
        var (growthPlain, growthNormalised) = (Growth(outcome, false), Growth(outcome, true));
        var (rangePlain, rangeNormalised) = (Range(outcome, false), Range(outcome, true));
        return
        [
            new("ahead from step 5,000 on", "at every checkpoint", late.Length == 0 ? "the run is shorter" : Invariant($"{ahead} of {late.Length} checkpoints, least lead {100 * least:0.00} points"), "at every one, 17 to 0.8 points", late.Length == 0 ? null : ahead == late.Length),
            new("steps to 95%", "ratio at least 2", Invariant($"{Steps(stepsPlain)} without, {Steps(stepsNormalised)} with, ratio {(ratio is null ? "unknown" : Invariant($"{(stepsPlain is null ? "above " : "")}{ratio:0.0}"))}"), "15,000 and 4,000 at .953, ratio 3.7", ratioHolds),
            new("growth of the spread without", "at least 10 times", Growth(growthPlain), "0.06 to 3.54, 59 times", growthPlain.Factor >= LeastPlainGrowth),
            new("growth of the spread with", "at most 3 times", Growth(growthNormalised), "2.50 to 3.92, 1.57 times", growthNormalised.Factor <= MostNormalisedGrowth),
            new("range of the median", "at least 2 times wider without", Invariant($"{rangePlain:0.00} without, {rangeNormalised:0.00} with, {rangePlain / rangeNormalised:0.0} times"), "1.34 and 0.33, 4 times", rangePlain / rangeNormalised >= LeastRangeRatio),
        ];
    }

    /// <summary>The two parts about accuracy carry the claim; the percentiles qualify it.</summary>
    public static ExperimentVerdict Conclude(IReadOnlyList<Finding> findings, MnistOutcome outcome)
    {
        if (outcome.Runs.Any(static run => run.Plain.RefusedSteps > 0 || run.Normalised.RefusedSteps > 0)) return ExperimentVerdict.Inconclusive;
        if (findings.All(static finding => finding.Holds == true)) return ExperimentVerdict.Confirmed;
        var accuracy = findings.Take(2).ToArray();
        if (accuracy.Any(static finding => finding.Holds is null)) return ExperimentVerdict.Inconclusive;
        return accuracy.All(static finding => finding.Holds == false) ? ExperimentVerdict.Refuted : ExperimentVerdict.Conditional;
    }

    /// <summary>The first checkpoint at or above 95 %.</summary>
    public static int? StepsTo(int[] checkpoints, double[] accuracy)
    {
        var place = Array.FindIndex(accuracy, static value => value >= Target);
        return place < 0 ? null : checkpoints[place];
    }

    public static (double First, double Last, double Factor) Growth(MnistOutcome outcome, bool batchNorm)
    {
        var spreads = outcome.Of(batchNorm).SelectMany(static run => Enumerable.Range(0, run.Percentiles[0].P50.Length).Select(unit =>
            (First: Spread(run.Percentiles[0], unit), Last: Spread(run.Percentiles[^1], unit)))).ToArray();
        return (Percentiles.Median(spreads.Select(static pair => pair.First)), Percentiles.Median(spreads.Select(static pair => pair.Last)), Percentiles.Median(spreads.Select(static pair => pair.Last / pair.First)));
    }

    public static double Range(MnistOutcome outcome, bool batchNorm) => Percentiles.Median(outcome.Of(batchNorm).SelectMany(static run =>
        Enumerable.Range(0, run.Percentiles[0].P50.Length).Select(unit => run.Percentiles.Max(p => p.P50[unit]) - run.Percentiles.Min(p => p.P50[unit]))));

    /// <summary>The typical unit: the one whose range of the median is the median one (the upper of the middle two).</summary>
    public static int TypicalUnit(SigmoidRun run) =>
        Enumerable.Range(0, run.Percentiles[0].P50.Length).OrderBy(unit => run.Percentiles.Max(p => p.P50[unit]) - run.Percentiles.Min(p => p.P50[unit])).ElementAt(run.Percentiles[0].P50.Length / 2);

    public static string Steps(int? steps) => steps is { } value ? Invariant($"{value:N0}") : "never";

    private static double Spread(UnitPercentiles percentiles, int unit) => percentiles.P85[unit] - percentiles.P15[unit];

    private static string Growth((double First, double Last, double Factor) growth) => Invariant($"{growth.First:0.00} to {growth.Last:0.00}, {growth.Factor:0.0} times");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
