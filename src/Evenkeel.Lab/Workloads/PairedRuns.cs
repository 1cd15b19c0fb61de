using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Experiments;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Statistics;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Workloads;

/// <summary>The arms of an experiment, each trained with the same seeds.</summary>
/// <typeparam name="TArm">What tells arms apart.</typeparam>
internal sealed class PairedRuns<TArm>
    where TArm : notnull
{
    private readonly Dictionary<TArm, RunResult[]> _runs = [];

    /// <param name="context">The experiment's.</param>
    /// <param name="claim">The claim that is run.</param>
    /// <param name="stage">What the runs are for, in a few words.</param>
    /// <param name="arms">The arms.</param>
    /// <param name="trial">An arm's run with a seed.</param>
    public PairedRuns(ExperimentContext context, Claim claim, string stage, IEnumerable<TArm> arms, Func<TArm, ulong, Trial> trial)
    {
        Arms = [.. arms];
        Seeds = context.Seeds(claim);
        var results = context.Run(stage, [.. Arms.SelectMany(arm => Enumerable.Range(1, Seeds).Select(seed => trial(arm, (ulong)seed)))]);
        for (var i = 0; i < Arms.Count; i++) _runs[Arms[i]] = [.. results.Skip(i * Seeds).Take(Seeds)];
    }

    public IReadOnlyList<TArm> Arms { get; }

    public int Seeds { get; }

    /// <summary>An arm's runs, seed by seed.</summary>
    public RunResult[] this[TArm arm] => _runs[arm];

    /// <summary>A number of every seed.</summary>
    public Sample Of(TArm arm, Func<RunResult, double> value) => Sample.Of(_runs[arm].Select(value));

    /// <summary>The first arm's number minus the second one's, seed by seed.</summary>
    public Sample Difference(TArm first, TArm second, Func<RunResult, double> value) => Sample.OfDifferences(_runs[first].Select(value), _runs[second].Select(value));

    /// <summary>The final test accuracy in per cent.</summary>
    public Sample Accuracy(TArm arm) => Of(arm, static run => 100 * run.Last("accuracy"));

    /// <summary>The mean over the seeds of every number of a series.</summary>
    public double[] Mean(TArm arm, string series) => [.. Enumerable.Range(0, _runs[arm][0][series].Length).Select(i => _runs[arm].Average(run => run[series][i]))];

    /// <summary>The test accuracy over the steps.</summary>
    public LineSeries AccuracyCurve(TArm arm, string name, int? color = null, LineStyle style = LineStyle.Solid) =>
        new(name, _runs[arm][0]["step"], [.. Mean(arm, "accuracy").Select(static value => 100 * value)]) { Color = color, Style = style };

    /// <summary>The first checkpoint whose mean test accuracy is at least the target; null where there is none.</summary>
    public double? StepsTo(TArm arm, double target) => FirstStep(arm, "accuracy", value => value >= target);

    /// <summary>The first checkpoint at which the mean of a series passes a test; null where there is none.</summary>
    public double? FirstStep(TArm arm, string series, Func<double, bool> passes)
    {
        var means = Mean(arm, series);
        var place = Array.FindIndex(means, value => passes(value));
        return place < 0 ? null : _runs[arm][0]["step"][place];
    }

    /// <summary>Arms and numbers with two standard errors.</summary>
    public PageTable Table(string of, Func<TArm, string> name, params (string Name, Func<RunResult, double> Value)[] columns) => new(
        [new(of), .. columns.Select(static column => new TableColumn(column.Name, true))],
        [.. Arms.Select(arm => (IReadOnlyList<string>)[name(arm), .. columns.Select(column => Judge.WithSpread(Of(arm, column.Value)))])]);
}
