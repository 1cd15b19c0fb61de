using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Statistics;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>What a budget runs of the experiment.</summary>
/// <param name="Steps">Steps of the runs that are judged; the paper's are 50,000.</param>
/// <param name="GridSteps">Steps of the grid's runs; the paper's network without normalisation passes 95 % at 15,000.</param>
/// <param name="Rates">Learning rates of the grid, rising.</param>
/// <param name="Deviations">Deviations of the first weights, rising.</param>
internal sealed record MnistPlan(int Steps, int GridSteps, float[] Rates, float[] Deviations)
{
    private static readonly float[] Decades = [0.02f, 0.05f, 0.1f, 0.2f, 0.5f, 1, 2, 5, 10, 20];

    public static MnistPlan Of(Budget budget) => budget switch
    {
        Budget.Smoke => new(2, 2, [0.1f, 1], [0.1f]),
        Budget.Quick => new(24_000, 6000, Decades, [0.05f, 0.1f, 0.3f, 1]),
        _ => new(50_000, 15_000, Decades, [0.03f, 0.05f, 0.1f, 0.3f, 1]),
    };
}

/// <summary>A point of the grid.</summary>
internal readonly record struct GridPoint(float Rate, float Deviation);

/// <summary>The runs of one network at one point, one per seed.</summary>
internal sealed record MnistCurve(GridPoint At, IReadOnlyList<int> Checkpoints, int Steps, IReadOnlyList<RunResult> Runs)
{
    /// <summary>The mean accuracy over the seeds, per checkpoint.</summary>
    public double[] Accuracy { get; } = [.. Enumerable.Range(0, Checkpoints.Count).Select(i => Runs.Average(run => run["accuracy"][i]))];

    public int Refused => (int)Runs.Sum(static run => run["refused"][0]);

    /// <summary>The first checkpoint at or above 95 %; null where none is.</summary>
    public int? StepsToTarget => Enumerable.Range(0, Checkpoints.Count).Where(i => Accuracy[i] >= MnistFigureCriteria.Target).Select(i => (int?)Checkpoints[i]).FirstOrDefault();

    /// <summary>The accuracy at a step, by linear interpolation between checkpoints.</summary>
    public double AccuracyAt(double step)
    {
        var next = Enumerable.Range(0, Checkpoints.Count).First(i => Checkpoints[i] >= step);
        if (next == 0 || Checkpoints[next] == step) return Accuracy[next];
        var share = (step - Checkpoints[next - 1]) / (Checkpoints[next] - Checkpoints[next - 1]);
        return Accuracy[next - 1] + (share * (Accuracy[next] - Accuracy[next - 1]));
    }

    /// <summary>The median over all units and seeds of a number per unit.</summary>
    public double MedianOverUnits(Func<RunResult, int, double> of) =>
        Percentiles.Median(Runs.SelectMany(run => Enumerable.Range(0, run["spread_first"].Length).Select(unit => of(run, unit))));
}

/// <summary>The two networks that are compared.</summary>
internal sealed record MnistPair(MnistCurve Plain, MnistCurve Normalised)
{
    public MnistCurve Of(bool batchNorm) => batchNorm ? Normalised : Plain;

    /// <summary>How many times fewer steps to 95 % with normalisation; where only the network without it never gets there, its run's length bounds the ratio from below.</summary>
    public double? Ratio => Normalised.StepsToTarget is { } with ? (double)(Plain.StepsToTarget ?? Plain.Steps) / with : null;
}

/// <summary>Both networks at every point.</summary>
internal sealed record MnistGrid(IReadOnlyList<MnistPair> Pairs)
{
    public MnistPair At(GridPoint point) => Pairs.First(pair => pair.Plain.At == point);

    /// <summary>Whether a better point may lie outside the grid: rate or deviation is the lowest or highest one.</summary>
    public bool IsAtEdge(GridPoint point)
    {
        bool Is(float value, Func<GridPoint, float> of) => value == Pairs.Min(pair => of(pair.Plain.At)) || value == Pairs.Max(pair => of(pair.Plain.At));
        return Is(point.Rate, static at => at.Rate) || Is(point.Deviation, static at => at.Deviation);
    }
}

/// <summary>All numbers of a run of the experiment.</summary>
internal sealed record MnistOutcome(MnistPlan Plan, MnistGrid Grid, MnistPair AsPaper, MnistPair OwnBest)
{
    public IEnumerable<MnistCurve> Curves => [AsPaper.Plain, AsPaper.Normalised, OwnBest.Plain, OwnBest.Normalised];
}

/// <summary>The rules that choose points of the grid; none of them sees the lead of one network over the other.</summary>
internal static class MnistChoices
{
    /// <summary>How far the network without normalisation is from the paper's curve of it, in accuracy, on average over the paper's points that the grid's runs reach; NaN where they reach none.</summary>
    public static double Distance(MnistCurve plain)
    {
        var paper = PaperFigure.Accuracy(batchNorm: false);
        var within = Enumerable.Range(0, paper.X.Count).Where(i => paper.X[i] <= plain.Steps).ToArray();
        return within.Length == 0 ? double.NaN : within.Average(i => Math.Abs(plain.AccuracyAt(paper.X[i]) - paper.Y[i]));
    }

    /// <summary>How far the inputs of a last sigmoid spread after <see cref="MnistFigure.FirstProbe"/> steps, in the paper's figure 1b.</summary>
    public static double PaperSpread { get; } = PaperFigure.Percentile(batchNorm: false, 85).Y[0] - PaperFigure.Percentile(batchNorm: false, 15).Y[0];

    /// <summary>The same here, without normalisation; the median over the units.</summary>
    public static double Spread(MnistCurve plain) => plain.MedianOverUnits(static (run, unit) => run["spread_first"][unit]);

    /// <summary>
    /// The point of the paper's own network without normalisation: the deviation at which the last sigmoids' inputs begin with the paper's spread (nearest in ratio, at the lowest rate, which has changed least by then),
    /// and at that deviation the rate at which its accuracy is nearest to the paper's curve.
    /// </summary>
    public static GridPoint LikeThePaper(MnistGrid grid)
    {
        var slowest = grid.Pairs.Min(static pair => pair.Plain.At.Rate);
        var deviation = grid.Pairs.Where(pair => pair.Plain.At.Rate == slowest).MinBy(static pair => Math.Abs(Math.Log(Spread(pair.Plain) / PaperSpread)))!.Plain.At.Deviation;
        return grid.Pairs.Where(pair => pair.Plain.At.Deviation == deviation).OrderBy(static pair => Distance(pair.Plain) is var distance && double.IsNaN(distance) ? double.MaxValue : distance).First().Plain.At;
    }

    /// <summary>Where a network is fastest: fewest steps to 95 % of the held-out images; the higher last accuracy decides between equals, and alone where no point gets there.</summary>
    public static GridPoint Fastest(MnistGrid grid, bool batchNorm) =>
        grid.Pairs.Select(pair => pair.Of(batchNorm)).OrderBy(static curve => curve.StepsToTarget ?? int.MaxValue).ThenByDescending(static curve => curve.Accuracy[^1]).First().At;
}
