using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Experiments;
using Evenkeel.Lab.Runs;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Reports;

/// <summary>The page of one claim.</summary>
public static class ClaimPage
{
    /// <summary>Makes the page.</summary>
    /// <param name="claim">What was tested.</param>
    /// <param name="stored">What was found.</param>
    public static HtmlPage Create(Claim claim, StoredOutcome stored)
    {
        var outcome = stored.Outcome;
        var page = new HtmlPage(claim.Title) { Subtitle = claim.Question, Verdict = Badge(outcome) };
        foreach (var number in outcome.KeyNumbers) page.KeyNumber(number.Label, number.Value, number.Note);
        foreach (var section in outcome.Evidence) page.Add(section);
        page.Add(Criterion(stored)).Add(Lesson(outcome));
        page.HowThisWasMade(Command(claim, stored), Facts(claim, stored));
        return page;
    }

    internal static Verdict Badge(Outcome outcome) => new(Kind(outcome.Verdict), Word(outcome.Verdict), Reason(outcome.Findings));

    internal static PageSection Criterion(StoredOutcome stored) => new PageSection("Criterion, fixed before the run").Paragraph(stored.Criterion).Table(FindingsTable(stored.Outcome.Findings));

    internal static PageSection Lesson(Outcome outcome) => new PageSection("What to take from it").Paragraph(outcome.Lesson);

    internal static string Command(Claim claim, StoredOutcome stored) =>
        FormattableString.Invariant($"evenkeel lab run {(claim.Name.Length > 0 ? claim.Name : claim.Id)} --budget {Word(stored.Budget)} --seeds {stored.Outcome.Seeds}");

    internal static IReadOnlyList<(string Name, string Value)> Facts(Claim claim, StoredOutcome stored) =>
    [
        ("claim", $"{claim.Id}: {claim.Phrase} ({claim.Source})"), .. stored.Outcome.Facts,
        ("seconds, all runs", FormattableString.Invariant($"{stored.Seconds:0.0}")),
    ];

    /// <summary>A verdict as a word.</summary>
    /// <param name="verdict">The verdict.</param>
    public static string Word(ExperimentVerdict verdict) => verdict.ToString().ToLowerInvariant();

    /// <summary>A budget as a word.</summary>
    /// <param name="budget">The budget.</param>
    public static string Word(Budget budget) => budget.ToString().ToLowerInvariant();

    internal static VerdictKind Kind(ExperimentVerdict verdict) => verdict switch
    {
        ExperimentVerdict.Confirmed => VerdictKind.Good,
        ExperimentVerdict.Refuted => VerdictKind.Bad,
        ExperimentVerdict.Conditional => VerdictKind.Mixed,
        _ => VerdictKind.Neutral,
    };

    private static PageTable FindingsTable(IReadOnlyList<Finding> findings) => new(
        [new("what"), new("bar"), new("here"), new("source"), new("holds")],
        [.. findings.Select(static finding => (IReadOnlyList<string>)[finding.Name, finding.Bar, finding.Observed, finding.Paper, finding.Holds switch { true => "yes", false => "no", null => finding.Carries ? "cannot tell" : "not judged" }])]);

    private static string Reason(IReadOnlyList<Finding> findings)
    {
        var failed = findings.Where(static finding => finding.Holds == false).Select(static finding => finding.Name).ToArray();
        var open = findings.Where(static finding => finding is { Holds: null, Carries: true }).Select(static finding => finding.Name).ToArray();
        if (failed.Length + open.Length == 0) return "Every part of the criterion holds.";
        var text = failed.Length > 0 ? $"Does not hold: {string.Join("; ", failed)}." : "";
        return open.Length > 0 ? $"{text} This run cannot tell: {string.Join("; ", open)}.".TrimStart() : text;
    }
}
