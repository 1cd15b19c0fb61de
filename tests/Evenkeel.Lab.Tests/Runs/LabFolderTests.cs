using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Experiments;
using Evenkeel.Lab.Reports;
using Evenkeel.Lab.Runs;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;
using Evenkeel.TestKit;

namespace Evenkeel.Lab.Tests.Runs;

public sealed class LabFolderTests
{
    private static readonly Claim Claim = Ledger.Select("C26")[0];

    private static readonly Outcome Outcome = new(ExperimentVerdict.Conditional,
        [new("speed", "twice", "1.9 times", "3.7 times", false), new("lead", "yes", "yes", "yes", true), new("shape", "none", "3", "4", null) { Carries = false }], 3, "It depends <on the rate>.")
    {
        KeyNumbers = [new("accuracy", "97%", "paper 98%")],
        Facts = [("steps", "100")],
        Evidence = [new PageSection("Accuracy").Figure(new Chart("Accuracy", new ChartAxis("step"), new ChartAxis("accuracy"), [new LineSeries("with", [0, 1], [0.5, 1])])).Paragraph("See [the paper](https://arxiv.org/abs/1502.03167).")],
    };

    [Fact]
    public void A_kept_outcome_makes_the_same_page_as_the_one_that_was_found()
    {
        using var folder = new TemporaryFolder();
        var path = LabFolder.Open(folder.Path).Save(Claim, Outcome, Budget.Quick, 12.5);
        var stored = LabFolder.At(folder.Path).Find(Claim)!;
        Assert.Equal((Budget.Quick, 12.5, "C26"), (stored.Budget, stored.Seconds, stored.ClaimId));
        Assert.Equal(Outcome.Findings, stored.Outcome.Findings);
        Assert.Equal(File.ReadAllText(path), ClaimPage.Create(Claim, stored).ToHtml());
    }

    [Fact]
    public void The_report_has_the_ledger_and_a_section_per_claim_that_was_run()
    {
        using var folder = new TemporaryFolder();
        var lab = LabFolder.Open(folder.Path);
        lab.Save(Claim, Outcome, Budget.Quick, 12.5);
        var html = File.ReadAllText(lab.Save("report", LedgerPage.Create(Ledger.All, lab.Find)));
        Assert.Contains("<a href=\"#C26\">C26</a>", html, StringComparison.Ordinal);
        Assert.Contains("<section id=\"C26\">", html, StringComparison.Ordinal);
        Assert.Contains("≈ conditional", html, StringComparison.Ordinal);
        Assert.Contains("It depends &lt;on the rate&gt;.", html, StringComparison.Ordinal);
        Assert.Contains("not yet run", html, StringComparison.Ordinal);
        Assert.Single(html.Split("<figure>")[1..]);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"version\":1}")]
    [InlineData("{\"version\":99}")]
    public void A_damaged_outcome_counts_as_not_yet_run(string content)
    {
        using var folder = new TemporaryFolder();
        var lab = LabFolder.Open(folder.Path);
        lab.Save(Claim, Outcome, Budget.Quick, 1);
        File.WriteAllText(Path.Combine(folder.Path, "claims", "C26.json"), content);
        Assert.Null(lab.Find(Claim));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_refused_before_anything_runs()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "");
        var error = Assert.Throws<LabException>(() => LabFolder.Open(Path.Combine(file, "lab")));
        Assert.Equal("EK0703", error.Code);
        Assert.Contains("--out", error.Message, StringComparison.Ordinal);
    }
}
