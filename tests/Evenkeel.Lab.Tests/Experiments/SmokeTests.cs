using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Experiments;
using Evenkeel.Lab.Reports;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Tests.Support;

namespace Evenkeel.Lab.Tests.Experiments;

/// <summary>Every experiment runs to its page on a few made-up samples.</summary>
public sealed class SmokeTests
{
    public static TheoryData<string> Ids => [.. ExperimentTable.All.Select(static experiment => experiment.Claim.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_smoke_run_reaches_findings_and_a_page(string id)
    {
        var experiment = ExperimentTable.All.Single(experiment => experiment.Claim.Id == id);
        var outcome = experiment.Run(Small.Smoke(threads: 2));
        Assert.NotEmpty(outcome.Findings);
        Assert.Contains(outcome.Findings, static finding => finding.Carries);
        Assert.NotEmpty(outcome.Lesson);
        Assert.True(outcome.Seeds >= 1);

        // Two steps carry no verdict about anything that is trained.
        if (!experiment.Claim.Datasets.IsEmpty) Assert.Equal(ExperimentVerdict.Inconclusive, outcome.Verdict);
        var html = ClaimPage.Create(experiment.Claim, new StoredOutcome(id, experiment.Claim.Criterion, Budget.Smoke, 1, outcome)).ToHtml();
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", html, StringComparison.Ordinal);
    }
}
