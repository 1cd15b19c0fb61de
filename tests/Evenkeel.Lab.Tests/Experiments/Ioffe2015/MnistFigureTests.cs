using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Experiments;
using Evenkeel.Lab.Experiments.Ioffe2015;
using Evenkeel.Lab.Reports;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Tests.Support;

namespace Evenkeel.Lab.Tests.Experiments.Ioffe2015;

public sealed class MnistFigureTests
{
    private static readonly int[] Steps = [1000, 2000, 5000, 10_000];

    [Theory]
    [InlineData(true, 4024, 0.9529)]
    [InlineData(true, 49051, 0.9816)]
    [InlineData(false, 15059, 0.9531)]
    [InlineData(false, 44087, 0.9723)]
    public void The_papers_accuracies_are_embedded(bool batchNorm, double step, double accuracy)
    {
        var series = PaperFigure.Accuracy(batchNorm);
        Assert.Equal(series.X.Order(), series.X);
        Assert.Equal(accuracy, series.Y[series.X.ToList().IndexOf(step)]);
    }

    [Fact]
    public void The_papers_percentiles_are_embedded_and_in_order()
    {
        foreach (var batchNorm in (bool[])[false, true])
        {
            var (low, middle, high) = (PaperFigure.Percentile(batchNorm, 15), PaperFigure.Percentile(batchNorm, 50), PaperFigure.Percentile(batchNorm, 85));
            Assert.Equal(50, low.X.Count);
            Assert.All(Enumerable.Range(0, 50), i => Assert.True(low.Y[i] < middle.Y[i] && middle.Y[i] < high.Y[i]));
        }

        Assert.Equal(0.672, PaperFigure.Percentile(false, 15).Y[0]);
        Assert.Equal(0.06, MnistChoices.PaperSpread, 0.005);
    }

    [Fact]
    public void A_lead_at_the_papers_rate_and_at_own_rates_confirms()
    {
        var pair = Pair([0.5, 0.8, 0.9, 0.95], [0.94, 0.95, 0.96, 0.97]);
        Assert.Equal(ExperimentVerdict.Confirmed, Judge(pair, pair));
    }

    [Fact]
    public void A_lead_at_the_papers_rate_alone_is_conditional()
    {
        var lead = Pair([0.5, 0.8, 0.9, 0.95], [0.94, 0.95, 0.96, 0.97]);
        Assert.Equal(ExperimentVerdict.Conditional, Judge(lead, Pair([0.95, 0.96, 0.97, 0.97], [0.95, 0.96, 0.96, 0.96])));
    }

    [Fact]
    public void No_lead_anywhere_refutes()
    {
        var none = Pair([0.95, 0.96, 0.97, 0.98], [0.95, 0.96, 0.96, 0.97]);
        Assert.Equal(ExperimentVerdict.Refuted, Judge(none, none));
    }

    [Fact]
    public void A_fastest_rate_at_the_edge_of_the_grid_decides_nothing()
    {
        var lead = Pair([0.5, 0.8, 0.9, 0.95], [0.94, 0.95, 0.96, 0.97]);
        var edge = new MnistPair(lead.Plain, lead.Normalised with { At = new(10, 0.1f) });
        Assert.Equal(ExperimentVerdict.Inconclusive, Judge(lead, edge));
        Assert.Null(MnistFigureCriteria.Judge(Outcome(lead, edge))[2].Holds);
    }

    [Fact]
    public void A_run_that_never_reaches_the_target_bounds_the_ratio_from_below()
    {
        Assert.Equal(5, Pair([0.5, 0.5, 0.5, 0.5], [0.9, 0.95, 0.96, 0.97]).Ratio);
        Assert.Null(Pair([0.5, 0.5, 0.5, 0.5], [0.9, 0.9, 0.9, 0.9]).Ratio);

        // Half the bar is reached at the least: whether the rest is, a longer run would show.
        Assert.Null(MnistFigureCriteria.Judge(Outcome(Pair([0.5, 0.5, 0.5, 0.5], [0.9, 0.9, 0.9, 0.95]), Pair([0.5, 0.5, 0.5, 0.5], [0.9, 0.9, 0.9, 0.95])))[1].Holds);
    }

    [Fact]
    public void Points_are_chosen_by_speed_and_by_likeness_never_by_the_lead()
    {
        MnistPair At(float rate, float deviation, double[] plain, double[] normalised, double spread)
        {
            var point = new GridPoint(rate, deviation);
            return new(Curve(plain, spread) with { At = point }, Curve(normalised, spread) with { At = point });
        }

        var paper = PaperFigure.Accuracy(false);
        var like = Steps.Select(step => step < paper.X[0] ? 0.5 : paper.Y[paper.X.ToList().FindIndex(x => x >= step)]).ToArray();
        var grid = new MnistGrid(
        [
            At(0.1f, 0.1f, [0.1, 0.2, 0.3, 0.4], [0.9, 0.94, 0.96, 0.97], 0.07), At(1, 0.1f, like, [0.1, 0.1, 0.1, 0.1], 3),
            At(0.1f, 1, like, [0.96, 0.96, 0.96, 0.96], 5), At(1, 1, [0.94, 0.95, 0.96, 0.96], [0.96, 0.96, 0.96, 0.97], 5),
        ]);
        Assert.Equal(new GridPoint(1, 0.1f), MnistChoices.LikeThePaper(grid));
        Assert.Equal(new GridPoint(1, 1), MnistChoices.Fastest(grid, batchNorm: false));
        Assert.Equal(new GridPoint(1, 1), MnistChoices.Fastest(grid, batchNorm: true));
        Assert.True(grid.IsAtEdge(new(1, 1)));
    }

    [Fact]
    public void A_smoke_run_gives_the_same_whole_report_for_any_threads()
    {
        var (one, two) = (new MnistFigure().Run(Small.Smoke(threads: 1, seeds: 2)), new MnistFigure().Run(Small.Smoke(threads: 2, seeds: 2)));
        Assert.Equal(one.Findings, two.Findings);
        Assert.Equal(ExperimentVerdict.Inconclusive, one.Verdict);
        var html = ClaimPage.Create(new MnistFigure().Claim, new StoredOutcome("C26", "", Budget.Smoke, 1, one)).ToHtml();
        Assert.Contains("with, paper", html, StringComparison.Ordinal);
        Assert.Contains("Steps to 95% of the held-out images", html, StringComparison.Ordinal);
        Assert.Contains("percentile of a sigmoid", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
    }

    private static ExperimentVerdict Judge(MnistPair asPaper, MnistPair ownBest)
    {
        var outcome = Outcome(asPaper, ownBest);
        return MnistFigureCriteria.Conclude(MnistFigureCriteria.Judge(outcome), outcome, Budget.Standard);
    }

    private static MnistOutcome Outcome(MnistPair asPaper, MnistPair ownBest)
    {
        MnistPair At(float rate, float deviation) => new(asPaper.Plain with { At = new(rate, deviation) }, asPaper.Normalised with { At = new(rate, deviation) });
        return new(MnistPlan.Of(Budget.Standard), new([At(0.1f, 0.01f), At(1, 0.1f), At(10, 1)]), asPaper, ownBest);
    }

    private static MnistPair Pair(double[] plain, double[] normalised) => new(Curve(plain, 0.06, 3, 1.5), Curve(normalised, 2, 3, 0.3));

    private static MnistCurve Curve(double[] accuracy, double spread, double last = 3, double range = 1) => new(new GridPoint(1, 0.1f), Steps, Steps[^1],
        [new RunResult(new Dictionary<string, double[]> { ["accuracy"] = accuracy, ["refused"] = [0], ["spread_first"] = [spread], ["spread_last"] = [last], ["median_range"] = [range] }, 1)]);
}
