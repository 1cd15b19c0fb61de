using System.Globalization;
using System.Text.RegularExpressions;
using Evenkeel.TestKit;
using Evenkeel.Training.Search.Tuning;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Search.Tuning;

public sealed class StudyTests : IDisposable
{
    private const string Text = """{ "x": { "from": -2, "to": 2 }, "rate": { "from": 0.001, "to": 1, "scale": "log" }, "kind": { "choices": ["a", "b", 3] }, /* few */ "n": { "from": 1, "to": 4, "integer": true }, }""";

    private static readonly SearchSpace Space = SearchSpace.Parse(Text);

    private readonly TemporaryFolder _folder = new();

    private string Journal => _folder["search.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_space_is_read_written_and_compared()
    {
        Assert.Equal(
            [SearchParameter.Number("x", -2, 2), SearchParameter.Number("rate", 0.001, 1, logarithmic: true), SearchParameter.Choice("kind", "a", "b", "3"), SearchParameter.Number("n", 1, 4, integer: true)], Space.Parameters.AsEnumerable());
        Assert.Equal(Space, SearchSpace.Parse(Space.ToJson()));
        File.WriteAllText(_folder["space.json"], Text);
        Assert.Equal(Space, SearchSpace.Load(_folder["space.json"]));
        var whole = Space.Parameters[3];
        Assert.Equal([1, 1, 2, 3, 4, 4], new[] { 0, 0.24, 0.26, 0.6, 0.76, 1 }.Select(whole.FromUnit));
        Assert.Equal(0.0316228, Space.Parameters[1].FromUnit(0.5));
    }

    [Theory]
    [InlineData("[]", "could not be understood")]
    [InlineData("{}", "no parameter")]
    [InlineData("{\"x\":{\"from\":1}}", "could not be understood")]
    [InlineData("{\"x\":{\"from\":2,\"to\":1}}", "from 2 to 1 is no range")]
    [InlineData("{\"x\":{\"from\":0,\"to\":1,\"scale\":\"log\"}}", "begins above 0")]
    [InlineData("{\"x\":{\"from\":0.5,\"to\":2,\"integer\":true}}", "not whole numbers")]
    [InlineData("{\"x\":{\"from\":0,\"to\":1,\"scale\":\"cubic\"}}", "neither linear nor log")]
    [InlineData("{\"x\":{\"form\":0,\"to\":1}}", "'form' is none of")]
    [InlineData("{\"x\":{\"choices\":[\"a\"]}}", "not two or more different choices")]
    [InlineData("{\"x\":{\"choices\":[\"a\",\"a\"]}}", "not two or more different choices")]
    [InlineData("{\"x\":{\"choices\":[1,2]},\"x\":{\"choices\":[1,2]}}", "stands there twice")]
    public void A_space_that_is_none_is_refused(string json, string problem) => Refused("EK0460", () => SearchSpace.Parse(json), problem);

    [Fact]
    public void A_space_without_a_file_is_refused() => Refused("EK0460", () => SearchSpace.Load(_folder["missing.json"]), "cannot be read");

    /// <summary>Trials, their reports and what was given up: all of it stands in the journal, and going on gives the search that one session gives.</summary>
    [Fact]
    public void A_resumed_search_is_the_uninterrupted_one()
    {
        var whole = Run(_folder["whole.jsonl"], 30);
        Run(Journal, 11);
        Run(Journal, 12);
        var resumed = Run(Journal, 30);
        Assert.Equal(30, resumed.Trials.Count);
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(whole.Trials[i].Values.AsEnumerable(), resumed.Trials[i].Values);
            Assert.Equal((whole.Trials[i].State, whole.Trials[i].Value), (resumed.Trials[i].State, resumed.Trials[i].Value));
            Assert.Equal(whole.Trials[i].Reports, resumed.Trials[i].Reports);
        }

        Assert.Contains(resumed.Trials, static trial => trial.State == TrialState.Pruned);
        Assert.Equal(resumed.Trials.Where(static trial => trial.State == TrialState.Complete).Min(static trial => trial.Value), resumed.Best!.Value);

        static Study Run(string journal, int trials)
        {
            var study = Study.Open(journal, Space, new StudyOptions { Trials = trials, Objective = "bowl", Seed = 3 });
            study.Minimize(Objective);
            return study;
        }
    }

    [Fact]
    public void Two_processes_share_a_search_and_repeat_no_trial()
    {
        using var one = ChildProcess.Start(Child, [Journal]);
        using var two = ChildProcess.Start(Child, [Journal]);
        var output = new[] { one, two }.Select(static process => process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd()).ToArray();
        one.WaitForExit();
        two.WaitForExit();
        Assert.True(one.ExitCode == 0 && two.ExitCode == 0, string.Join('\n', output));
        var trials = Study.Open(Journal, Space, ChildOptions).Trials;
        Assert.Equal(ChildOptions.Trials, trials.Count);
        Assert.All(trials, static trial => Assert.NotEqual(TrialState.Running, trial.State));
        Assert.Equal(trials.Count, trials.Select(static trial => string.Join(' ', trial.Values)).Distinct().Count());
        var starts = File.ReadLines(Journal).Count(static line => line.Contains("\"start\"", StringComparison.Ordinal));
        Assert.Equal(trials.Count, starts);
        Assert.Equal(2, File.ReadLines(Journal).Skip(1).Select(static line => line.Split("\"process\":") is [_, var rest] ? rest.Split(',')[0] : null).OfType<string>().Distinct().Count());
    }

    private static StudyOptions ChildOptions { get; } = new() { Trials = 60, Objective = "shared" };

    private static void Child(string[] arguments) => Study.Open(arguments[0], Space, ChildOptions).Minimize(static (trial, report) =>
    {
        Thread.Sleep(5);
        return Objective(trial, report);
    });

    [Fact]
    public void A_trial_whose_process_was_killed_is_taken_up_again_with_its_values()
    {
        using var child = Begun();
        var study = Study.Open(Journal, Space);
        Assert.Equal(1, study.Ask()!.Number);
        child.Kill();
        child.WaitForExit();
        var values = study.Trials[0].Values;
        var again = study.Ask()!;
        Assert.Equal(0, again.Number);
        Assert.Equal(values.AsEnumerable(), again.Values);
        Assert.Empty(again.Reports);
        study.Complete(0, 1);
        Assert.Equal(2, study.Ask()!.Number);
    }

    [Fact]
    public void A_line_that_a_crash_cut_off_is_removed_and_other_damage_is_named()
    {
        var study = Study.Open(Journal, Space);
        study.Complete(study.Ask()!.Number, 1);
        File.AppendAllText(Journal, "{\"trial\":1,\"event\":\"sta");
        study = Study.Open(Journal, Space);
        Assert.Equal(1, Assert.Single(study.Trials).Value);
        Assert.Equal(1, study.Ask()!.Number);
        File.AppendAllText(Journal, "{\"trial\":9,\"event\":\"report\",\"step\":1,\"value\":1}\n");
        Refused("EK0461", study.Refresh, "line 5", "trial 9 has not begun");
        File.WriteAllText(Journal, "not JSON\n");
        Refused("EK0461", () => Study.Open(Journal, Space), "line 1");
        File.WriteAllText(Journal, "{\"format\":\"other\"}\n");
        Refused("EK0461", () => Study.Open(Journal, Space), "the format is not evenkeel-study");
    }

    [Fact]
    public void A_journal_of_another_search_is_refused()
    {
        Study.Open(Journal, Space);
        Refused("EK0462", () => Study.Open(Journal, Space, new StudyOptions { Seed = 1 }), "with seed 0, but now got 1");
        Refused("EK0462", () => Study.Open(Journal, new SearchSpace(Space.Parameters[0])), "space");
        Refused("EK0463", () => Study.Open(_folder["missing", "search.jsonl"], Space), "cannot be opened");
        Refused("EK0465", () => Study.Open(_folder["other.jsonl"], Space, new StudyOptions { Trials = 0 }), "at least 1");
        Refused("EK0464", () => Study.Open(_folder["other.jsonl"], Space, new StudyOptions { Sampler = "grid" }), "no sampler 'grid'");
    }

    [Fact]
    public void What_breaks_or_is_not_finite_is_a_failure_and_the_search_goes_on()
    {
        var study = Study.Open(Journal, Space, new StudyOptions { Trials = 3, Pruner = "none" });
        study.Minimize((trial, report) => trial.Number switch
        {
            0 => throw TuneErrors.BadOption("a", 1, "b"),
            1 => double.NaN,
            _ => report(1, 0.5) ? 1 : 2,
        });
        Assert.Equal([TrialState.Failed, TrialState.Failed, TrialState.Complete], study.Trials.Select(static trial => trial.State));
        Assert.Equal(2, study.Best!.Value);
        Assert.Null(study.Ask());
        Refused("EK0466", () => study.Report(2, 2, 1), "trial 2 is not running");
        Refused("EK0466", () => study.Complete(7, 1), "trial 7");
    }

    [Theory]
    [InlineData(-2, 1)]
    [InlineData(2, 1)]
    [InlineData(3600, 0)]
    public void A_process_that_runs_is_known_by_its_start_though_clocks_differ_by_seconds(int seconds, int next)
    {
        using var child = Begun();
        File.WriteAllText(Journal, Regex.Replace(File.ReadAllText(Journal), "\"started\":(\\d+)", match => FormattableString.Invariant($"\"started\":{long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) + seconds}")));
        Assert.Equal(next, Study.Open(Journal, Space).Ask()!.Number);
        child.Kill();
        child.WaitForExit();
    }

    /// <summary>A process that has begun the first trial and goes on with it for ever.</summary>
    private System.Diagnostics.Process Begun()
    {
        var child = ChildProcess.Start(static arguments =>
        {
            var study = Study.Open(arguments[0], Space);
            var trial = study.Ask()!;
            study.Report(trial.Number, 1, 5);
            Console.WriteLine("begun");
            Thread.Sleep(Timeout.Infinite);
        }, [Journal]);
        Assert.Equal("begun", child.StandardOutput.ReadLine());
        return child;
    }

    [Fact]
    public void A_space_of_few_choices_is_tried_once_and_is_then_at_its_end()
    {
        var study = Study.Open(Journal, new SearchSpace(SearchParameter.Choice("a", "x", "y"), SearchParameter.Choice("b", "x", "y", "z")), new StudyOptions { Trials = 100 });
        study.Minimize(static (trial, _) => trial.Values.Sum());
        Assert.Equal(6, study.Trials.Count);
        Assert.Equal(6, study.Trials.Select(static trial => trial.ToString()).Distinct().Count());
        Assert.Equal("a x, b x", study.Best!.ToString());
    }

    [Fact]
    public void The_page_shows_the_best_what_matters_and_loads_nothing()
    {
        var study = Study.Open(Journal, Space, new StudyOptions { Trials = 25, Objective = "bowl" });
        study.Minimize(Objective);
        var html = StudyReport.Create(study, "Search on a bowl").ToHtml();
        foreach (var part in (string[])["Leaderboard", "What matters", "Results over each parameter", study.Best!.Text("rate"), "sampler <code>tpe</code>"]) Assert.Contains(part, html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        foreach (var choice in study.Space.Parameters.Single(static parameter => parameter.IsChoice).Choices) Assert.Contains($">{choice}</text>", html, StringComparison.Ordinal);
        Assert.Equal(html, StudyReport.Create(Study.Open(Journal, Space, study.Options), "Search on a bowl").ToHtml());
        Assert.Contains("Space", StudyReport.Create(Study.Open(_folder["empty.jsonl"], Space), "Empty").ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fit_reports_its_validations_and_ends_where_it_is_given_up()
    {
        var reports = new List<(int Step, double Value)>();
        var callback = new StudyCallback((step, value) =>
        {
            reports.Add((step, value));
            return reports.Count == 2;
        });
        var result = new Trainer(Small.Model(), Small.Loss, Small.Options.With(callback) with { Threads = 1 }).Fit(Small.Rings(400, 1));
        Assert.Equal([1, 2], reports.Select(static report => report.Step));
        Assert.InRange(result.Epochs, 2, 3);
        Assert.True(1 - result.ValidationAccuracy!.Value <= reports.Min(static report => report.Value) + 1e-12);
        Assert.Equal(0.7, StudyCallback.Objective(0.7, null));
    }

    /// <summary>A bowl whose way down is seen in four steps.</summary>
    private static double Objective(StudyTrial trial, Func<int, double, bool> report)
    {
        var value = Math.Pow(trial.Real("x") - 1, 2) + Math.Abs(Math.Log10(trial.Real("rate")) + 2) + (trial.Text("kind") == "b" ? 0 : 1) + (0.1 * trial.Real("n"));
        for (var step = 1; step <= 4; step++)
        {
            if (report(step, value + (1.0 / step))) return double.NaN;
        }

        return value;
    }

    private static void Refused(string code, Action act, params string[] fragments)
    {
        var error = Assert.Throws<TrainingException>(act);
        Assert.Equal(code, error.Code);
        Assert.All(fragments, fragment => Assert.Contains(fragment, error.Message, StringComparison.Ordinal));
    }
}
