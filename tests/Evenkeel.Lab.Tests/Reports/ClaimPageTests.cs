using System.Text.RegularExpressions;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Experiments;
using Evenkeel.Lab.Reports;
using Evenkeel.Lab.Runs;
using Evenkeel.TestKit;

namespace Evenkeel.Lab.Tests.Reports;

public sealed class ClaimPageTests
{
    [Fact]
    public void The_page_of_a_claim_is_pinned()
    {
        // A closed form: the same numbers on every machine.
        var claim = Ledger.Select("C41")[0];
        var outcome = Ledger.ExperimentOf(claim).Run(new ExperimentContext(static _ => throw new InvalidOperationException(), Budget.Quick, threads: 1));
        var html = ClaimPage.Create(claim, new StoredOutcome(claim.Id, claim.Criterion, Budget.Quick, 1, outcome)).ToHtml();
        Snapshot.Match(Regex.Replace(html, "<style>.*?</style>", "", RegexOptions.Singleline), "C41.html");
    }
}
