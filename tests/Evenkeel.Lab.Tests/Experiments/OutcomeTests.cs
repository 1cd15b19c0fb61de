using Evenkeel.Lab.Experiments;

namespace Evenkeel.Lab.Tests.Experiments;

public sealed class OutcomeTests
{
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
