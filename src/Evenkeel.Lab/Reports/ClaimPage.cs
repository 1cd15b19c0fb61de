using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Experiments;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Reports;

/// <summary>The page of one claim.</summary>
public static class ClaimPage
{
    /// <summary>Makes the page.</summary>
    /// <param name="claim">What was tested.</param>
    /// <param name="outcome">What was found.</param>
    /// <param name="budget">What the run could spend.</param>
    /// <param name="seconds">What it took, earlier sittings included.</param>
    public static HtmlPage Create(Claim claim, Outcome outcome, Budget budget, double seconds)
    {
        var page = new HtmlPage(claim.Title)
        {
            Subtitle = claim.Question,
            Verdict = new Verdict(Kind(outcome.Verdict), Word(outcome.Verdict), Reason(outcome.Findings)),
        };
        foreach (var number in outcome.KeyNumbers) page.KeyNumber(number.Label, number.Value, number.Note);
        foreach (var section in outcome.Evidence) page.Add(section);
        page.Section("Criterion, fixed before the run").Paragraph(claim.Criterion).Table(FindingsTable(outcome.Findings));
        page.Section("What to take from it").Paragraph(outcome.Lesson);
        var name = claim.Name.Length > 0 ? claim.Name : claim.Id;
        page.HowThisWasMade(
            FormattableString.Invariant($"evenkeel lab run {name} --budget {budget.ToString().ToLowerInvariant()} --seeds {outcome.Seeds}"),
            [("claim", $"{claim.Id}: {claim.Phrase} ({claim.Source})"), .. outcome.Facts, ("seconds, all runs", FormattableString.Invariant($"{seconds:0.0}")), ("runtime", Environment.Version.ToString())]);
        return page;
    }

    /// <summary>A verdict as a word.</summary>
    /// <param name="verdict">The verdict.</param>
    public static string Word(ExperimentVerdict verdict) => verdict.ToString().ToLowerInvariant();

    internal static VerdictKind Kind(ExperimentVerdict verdict) => verdict switch
    {
        ExperimentVerdict.Confirmed => VerdictKind.Good,
        ExperimentVerdict.Refuted => VerdictKind.Bad,
        ExperimentVerdict.Conditional => VerdictKind.Mixed,
        _ => VerdictKind.Neutral,
    };

    internal static PageTable FindingsTable(IReadOnlyList<Finding> findings) => new(
        [new("what"), new("bar"), new("here"), new("source"), new("holds")],
        [.. findings.Select(static finding => (IReadOnlyList<string>)[finding.Name, finding.Bar, finding.Observed, finding.Paper, finding.Holds switch { true => "yes", false => "no", null => finding.Carries ? "cannot tell" : "not judged" }])]);

    internal static string Reason(IReadOnlyList<Finding> findings)
    {
        var failed = findings.Where(static finding => finding.Holds == false).Select(static finding => finding.Name).ToArray();
        var open = findings.Where(static finding => finding is { Holds: null, Carries: true }).Select(static finding => finding.Name).ToArray();
        if (failed.Length + open.Length == 0) return "Every part of the criterion holds.";
        var text = failed.Length > 0 ? $"Does not hold: {string.Join("; ", failed)}." : "";
        return open.Length > 0 ? $"{text} This run cannot tell: {string.Join("; ", open)}.".TrimStart() : text;
    }
}
