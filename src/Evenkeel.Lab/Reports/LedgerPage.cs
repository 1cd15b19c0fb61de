using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Experiments;
using Evenkeel.Lab.Runs;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Reports;

/// <summary>All claims on one page: the ledger at the top, then a section per claim that was run.</summary>
public static class LedgerPage
{
    private const string NotYetRun = "not yet run";
    private const char NoBreak = '\u00A0';

    /// <summary>Makes the page.</summary>
    /// <param name="claims">The claims, in order.</param>
    /// <param name="find">Gives a claim's last outcome; null where it was not run.</param>
    public static HtmlPage Create(IReadOnlyList<Claim> claims, Func<Claim, StoredOutcome?> find)
    {
        var entries = claims.Select(claim => (Claim: claim, Stored: find(claim))).ToArray();
        var page = new HtmlPage("The lab: what papers and notes claim about training, run and judged")
        {
            Subtitle = "Every claim has a question, a criterion that was fixed before the run, and a verdict. A verdict that differs from the source is a result and stands as it is; a claim without a run has none.",
        };
        foreach (var verdict in Enum.GetValues<ExperimentVerdict>())
            page.KeyNumber(ClaimPage.Word(verdict), Count(entries.Count(entry => entry.Stored?.Outcome.Verdict == verdict)));
        page.KeyNumber(NotYetRun, Count(entries.Count(static entry => entry.Stored is null)));
        var ledger = page.Section("Ledger")
            .Paragraph("Sources: S0 to S4 are five study notes on training; papers stand by their authors. Verdicts: ✓ confirmed, every part of the criterion holds; ≈ conditional, some parts do; ✗ refuted, no part that carries the claim does; inconclusive, the run cannot tell. Budgets: quick is the smallest run that carries a verdict, standard has at least five paired seeds where chance plays a part, full is the size of the papers. A number behind ± is two standard errors over the seeds.");
        foreach (var topic in Topics.All) ledger.Subsection(Table(topic, [.. entries.Where(entry => entry.Claim.Topic == topic)]));
        foreach (var (claim, stored) in entries)
        {
            if (stored is not null) page.Add(Section(claim, stored));
        }

        return page;
    }

    private static PageSection Table(string topic, (Claim Claim, StoredOutcome? Stored)[] entries) => new PageSection(topic).Table(new PageTable(
        [new("claim"), new("verdict"), new("what it says"), new("source"), new("budget"), new("seeds", true)],
        [.. entries.Select(static entry => (IReadOnlyList<string>)
        [
            entry.Stored is null ? entry.Claim.Id : $"[{entry.Claim.Id}](#{Anchor(entry.Claim)})",
            Verdict(entry.Stored), entry.Claim.Title, entry.Claim.Source, entry.Stored is null ? "" : ClaimPage.Word(entry.Stored.Budget), entry.Stored is null ? "" : Count(entry.Stored.Outcome.Seeds),
        ])]));

    private static PageSection Section(Claim claim, StoredOutcome stored)
    {
        var section = new PageSection($"{claim.Id}: {claim.Title}") { Anchor = Anchor(claim) };
        section.Verdict(ClaimPage.Badge(stored.Outcome)).Paragraph(claim.Question).Paragraph($"“{claim.Phrase}” ({claim.Source})");
        if (stored.Outcome.KeyNumbers.Count > 0) section.List([.. stored.Outcome.KeyNumbers.Select(static number => $"{number.Label}: {number.Value}{(number.Note.Length > 0 ? $" ({number.Note})" : "")}")]);
        foreach (var evidence in stored.Outcome.Evidence) section.Subsection(evidence);
        section.Subsection(ClaimPage.Criterion(stored)).Subsection(ClaimPage.Lesson(stored.Outcome));
        return section.FoldedCode("How this was made", string.Join('\n', (string[])[ClaimPage.Command(claim, stored), .. ClaimPage.Facts(claim, stored).Select(static fact => $"{fact.Name}: {fact.Value}")]));
    }

    /// <summary>Sign and word, which no narrow column may part.</summary>
    private static string Verdict(StoredOutcome? stored) => stored is null ? NotYetRun.Replace(' ', NoBreak) : ClaimPage.Kind(stored.Outcome.Verdict) switch
    {
        VerdictKind.Good => $"✓{NoBreak}",
        VerdictKind.Mixed => $"≈{NoBreak}",
        VerdictKind.Bad => $"✗{NoBreak}",
        _ => "",
    } + ClaimPage.Word(stored.Outcome.Verdict);

    private static string Anchor(Claim claim) => new([.. claim.Id.Select(static letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')]);

    private static string Count(int count) => count.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
