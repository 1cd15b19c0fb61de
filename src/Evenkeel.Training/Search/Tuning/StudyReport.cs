using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Training.Search.Tuning;

/// <summary>Writes a search as one self-contained page: the best settings, the way there, what matters, and every parameter against the result.</summary>
public static class StudyReport
{
    private const int Leaders = 20;
    private const int MostPanels = 12;

    // A pruned trial this many times above the worst complete one has diverged: its place would press the others flat.
    private const double Diverged = 100;

    /// <summary>The page.</summary>
    /// <param name="study">The search.</param>
    /// <param name="title">What was searched.</param>
    public static HtmlPage Create(Study study, string title)
    {
        ArgumentNullException.ThrowIfNull(study);
        var trials = study.Trials;
        var page = new HtmlPage(title)
        {
            Subtitle = TrainingErrors.Invariant($"{study.Options.Objective}, lower is better; sampler `{study.Options.Sampler}`, pruner `{study.Options.Pruner}`, seed {study.Options.Seed}"),
        };
        foreach (var state in Enum.GetValues<TrialState>())
        {
            if (trials.Count(trial => trial.State == state) is > 0 and var count) page.KeyNumber(state.ToString().ToLowerInvariant(), TrainingErrors.Invariant($"{count}"));
        }

        if (study.Best is { } best)
        {
            page.KeyNumber("best result", Number(best.Value!.Value), TrainingErrors.Invariant($"trial {best.Number}"));
            page.Section("Leaderboard").Table(Leaderboard(study)).Figure(Way(trials), "Every complete trial, those given up that did not diverge, and the best one so far.");
            var importance = ParameterImportance.Measure(study.Space, trials);
            if (importance.Count > 0)
            {
                page.Section("What matters").Figure(
                    new BarChart("Share of the trials' ranks that a parameter explains alone", new ChartAxis("omega squared") { Minimum = 0, Maximum = 1 }, [.. importance.Select(static item => item.Name)], [new BarSeries("share", [.. importance.Select(static item => item.Share)])]),
                    "A parameter that matters only together with others shows little here.");
            }

            page.Section("Parameters").Figure(new ChartGrid("Results over each parameter", [.. study.Space.Parameters.Take(MostPanels).Select((parameter, index) => Panel(parameter, index, trials))]), "Complete trials.");
        }

        page.Section("Space").Code(study.Space.ToJson());
        return page;
    }

    /// <summary>The best complete trials as a table.</summary>
    /// <param name="study">The search.</param>
    public static PageTable Leaderboard(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        var leaders = study.Trials.Where(static trial => trial.State == TrialState.Complete).OrderBy(static trial => trial.Value).ThenBy(static trial => trial.Number).Take(Leaders);
        return new PageTable(
            [new TableColumn("trial", true), new TableColumn("result", true), .. study.Space.Parameters.Select(static parameter => new TableColumn(parameter.Name, !parameter.IsChoice))],
            [.. leaders.Select(trial => (IReadOnlyList<string>)[TrainingErrors.Invariant($"{trial.Number}"), Number(trial.Value!.Value), .. study.Space.Parameters.Select(parameter => trial.Text(parameter.Name))])]);
    }

    private static Chart Way(IReadOnlyList<StudyTrial> trials)
    {
        var complete = trials.Where(static trial => trial.State == TrialState.Complete).ToArray();
        var bound = Diverged * complete.Max(static trial => trial.Value!.Value);
        var pruned = trials.Where(trial => trial is { State: TrialState.Pruned, Value: not null } && trial.Value < bound).ToArray();
        double[] numbers = [.. complete.Select(static trial => (double)trial.Number)];
        double[] best = [.. complete.Select((_, at) => complete.Take(at + 1).Min(static trial => trial.Value!.Value))];
        return new Chart("Results in the order of the trials", new ChartAxis("trial"), Results([.. complete, .. pruned]),
        [
            new MarkerSeries("complete", numbers, [.. complete.Select(static trial => trial.Value!.Value)]),
            .. pruned.Length > 0 ? new ChartSeries[] { new MarkerSeries("pruned", [.. pruned.Select(static trial => (double)trial.Number)], [.. pruned.Select(static trial => trial.Value!.Value)]) } : [],
            new LineSeries("best so far", [.. numbers.SelectMany(static number => new[] { number, number }).Skip(1)], [.. best.SelectMany(static value => new[] { value, value }).SkipLast(1)]),
        ]);
    }

    private static Chart Panel(SearchParameter parameter, int index, IReadOnlyList<StudyTrial> trials)
    {
        var complete = trials.Where(static trial => trial.State == TrialState.Complete).ToArray();
        var axis = new ChartAxis(parameter.Name) { Scale = parameter.IsLogarithmic ? AxisScale.Logarithmic : AxisScale.Linear, Choices = parameter.IsChoice ? parameter.Choices : [] };
        return new Chart(parameter.Name, axis, Results(complete),
            [new MarkerSeries("trials", [.. complete.Select(trial => trial.Values[index])], [.. complete.Select(static trial => trial.Value!.Value)])])
        { Legend = false };
    }

    /// <summary>A diverged trial would press all others flat on a linear axis.</summary>
    private static ChartAxis Results(StudyTrial[] trials)
    {
        const double Wide = 30;
        var (least, most) = (trials.Min(static trial => trial.Value!.Value), trials.Max(static trial => trial.Value!.Value));
        return new ChartAxis("result") { Scale = least > 0 && most / least > Wide ? AxisScale.Logarithmic : AxisScale.Linear };
    }

    private static string Number(double value) => TrainingErrors.Invariant($"{value:G5}");
}
