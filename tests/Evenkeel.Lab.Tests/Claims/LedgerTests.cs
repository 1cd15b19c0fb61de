using System.Globalization;
using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Experiments;

namespace Evenkeel.Lab.Tests.Claims;

public sealed class LedgerTests
{
    private const int QuickSeconds = 2400;
    private const int MostOpen = 8;
    private const int LeastSeeds = 5;

    [Fact]
    public void The_ledger_has_every_claim_of_the_notes_once() => Assert.Equal(
        Enumerable.Range(1, 77).Select(static number => "C" + number.ToString("00", CultureInfo.InvariantCulture)), Ledger.All.Where(Ledger.IsOfNotes).Select(static claim => claim.Id));

    [Fact]
    public void Ids_and_names_mean_one_claim_each() =>
        Assert.All(Ledger.All, static claim =>
        {
            Assert.Same(claim, Assert.Single(Ledger.Select(claim.Id)));
            if (claim.Name.Length > 0) Assert.Same(claim, Assert.Single(Ledger.Select(claim.Name)));
        });

    [Fact]
    public void Quick_runs_of_all_claims_stay_under_forty_minutes() => Assert.InRange(Ledger.All.Sum(static claim => claim.Cost.Quick.Seconds), 1, QuickSeconds);

    [Fact]
    public void At_most_eight_claims_may_stay_open_in_a_quick_run() => Assert.InRange(Ledger.All.Count(static claim => claim.MayStayOpen.Length > 0), 0, MostOpen);

    [Fact]
    public void Every_claim_says_what_is_asked_what_decides_and_what_it_may_spend() => Assert.All(Ledger.All, static claim =>
    {
        Assert.All((string[])[claim.Title, claim.Source, claim.Phrase, claim.Question, claim.Criterion], static text => Assert.True(text.Length >= 2));
        Assert.EndsWith("?", claim.Question, StringComparison.Ordinal);
        Assert.Contains(claim.Topic, Topics.All);
        Assert.All(claim.Datasets, static name => Assert.Contains(name, DatasetTable.Names));
        foreach (var budget in Enum.GetValues<Budget>())
        {
            var allowance = claim.Cost.Of(budget);
            Assert.True(allowance is { Seconds: > 0, Seeds: > 0 });
        }

        Assert.True(claim.Cost.Quick.Seconds <= claim.Cost.Standard.Seconds && claim.Cost.Standard.Seconds <= claim.Cost.Full.Seconds);
    });

    [Fact]
    public void Where_chance_plays_a_part_standard_has_five_seeds() => Assert.All(
        Ledger.All.Where(static claim => claim.Cost.Quick.Seeds > 1), static claim => Assert.True(claim.Cost.Standard.Seeds >= LeastSeeds, claim.Id));

    [Fact]
    public void Every_claim_has_an_experiment_of_its_own() =>
        Assert.Equal(ExperimentTable.All.Count, ExperimentTable.All.Select(static experiment => Ledger.ExperimentOf(Assert.Single(Ledger.All, claim => claim.Id == experiment.Claim.Id))).Distinct().Count());

    [Theory]
    [InlineData("C26")]
    [InlineData("c26")]
    [InlineData("ioffe2015/mnist")]
    [InlineData("ioffe2015")]
    [InlineData("batch-norm")]
    [InlineData("all")]
    public void A_claim_is_meant_by_its_id_name_paper_and_topic(string selector) =>
        Assert.Contains(Ledger.SelectExperiments(selector), static experiment => experiment.Claim.Id == "C26");

    [Fact]
    public void An_unknown_claim_is_refused_with_the_one_that_was_meant()
    {
        var error = Assert.Throws<LabException>(() => Ledger.Select("ioffe2015/mnits"));
        Assert.Equal("EK0701", error.Code);
        Assert.Contains("Did you mean 'ioffe2015/mnist'?", error.Message, StringComparison.Ordinal);
    }
}
