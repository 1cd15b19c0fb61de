using Evenkeel.Lab.Experiments;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Reports;

/// <summary>What the pages of all experiments have in common.</summary>
internal static class ExperimentPage
{
    public static HtmlPage Begin(Experiment experiment, IReadOnlyList<Finding> findings, ExperimentVerdict verdict)
    {
        var failed = findings.Where(static finding => finding.Holds == false).Select(static finding => finding.Name).ToArray();
        var unknown = findings.Where(static finding => finding.Holds is null).Select(static finding => finding.Name).ToArray();
        var text = failed.Length + unknown.Length == 0 ? "Every part of the criterion holds."
            : (failed.Length > 0 ? $"Does not hold: {string.Join("; ", failed)}. " : "") + (unknown.Length > 0 ? $"This run cannot tell: {string.Join("; ", unknown)}." : "");
        var page = new HtmlPage(experiment.Title)
        {
            Subtitle = experiment.Question,
            Verdict = new Verdict(Kind(verdict), verdict.ToString().ToLowerInvariant(), text.TrimEnd()),
        };
        return page;
    }

    public static void AddFindings(HtmlPage page, IReadOnlyList<Finding> findings) => page.Section("Criterion, fixed before the run").Table(new PageTable(
        [new("what"), new("bar"), new("here"), new("paper"), new("holds")],
        [.. findings.Select(static finding => (IReadOnlyList<string>)[finding.Name, finding.Bar, finding.Observed, finding.Paper, finding.Holds switch { true => "yes", false => "no", null => "cannot tell" }])]));

    private static VerdictKind Kind(ExperimentVerdict verdict) => verdict switch
    {
        ExperimentVerdict.Confirmed => VerdictKind.Good,
        ExperimentVerdict.Refuted => VerdictKind.Bad,
        ExperimentVerdict.Conditional => VerdictKind.Mixed,
        _ => VerdictKind.Neutral,
    };
}
