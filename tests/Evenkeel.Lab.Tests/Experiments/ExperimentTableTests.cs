using Evenkeel.Lab.Experiments;

namespace Evenkeel.Lab.Tests.Experiments;

public sealed class ExperimentTableTests
{
    [Theory]
    [InlineData("C26")]
    [InlineData("c26")]
    [InlineData("ioffe2015/mnist")]
    [InlineData("ioffe2015")]
    [InlineData("batch-norm")]
    [InlineData("all")]
    public void A_claim_is_meant_by_its_id_name_paper_and_topic(string selector) =>
        Assert.Contains(ExperimentTable.Select(selector), static experiment => experiment.Claim.Id == "C26");

    [Fact]
    public void An_unknown_claim_is_refused_with_the_one_that_was_meant()
    {
        var error = Assert.Throws<LabException>(() => ExperimentTable.Select("ioffe2015/mnits"));
        Assert.Equal("EK0701", error.Code);
        Assert.Contains("Did you mean 'ioffe2015/mnist'?", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExperimentVerdict.Confirmed, true, true)]
    [InlineData(ExperimentVerdict.Refuted, false, false)]
    [InlineData(ExperimentVerdict.Conditional, true, false)]
    [InlineData(ExperimentVerdict.Inconclusive, true, null)]
    [InlineData(ExperimentVerdict.Inconclusive)]
    public void The_usual_rule_wants_all_or_none(ExperimentVerdict expected, params bool?[] holds) =>
        Assert.Equal(expected, Outcome.Conclude([.. holds.Select(Finding)]));

    [Fact]
    public void A_finding_beside_the_claim_can_only_qualify()
    {
        Assert.Equal(ExperimentVerdict.Conditional, Outcome.Conclude([Finding(true), Finding(false) with { Carries = false }]));
        Assert.Equal(ExperimentVerdict.Confirmed, Outcome.Conclude([Finding(true), Finding(null) with { Carries = false }]));
        Assert.Equal(ExperimentVerdict.Refuted, Outcome.Conclude([Finding(false), Finding(true) with { Carries = false }]));
    }

    private static Finding Finding(bool? holds) => new("a", "b", "c", "d", holds);
}
