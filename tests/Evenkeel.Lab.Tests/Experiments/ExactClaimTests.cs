using System.Collections.Concurrent;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Experiments;
using Evenkeel.Lab.Tests.Support;

namespace Evenkeel.Lab.Tests.Experiments;

/// <summary>The closed-form parts of the claims: no timing, no training.</summary>
public sealed class ExactClaimTests
{
    private static readonly ConcurrentDictionary<string, Outcome> Outcomes = new(StringComparer.Ordinal);

    [Theory]
    [InlineData("C14", ExperimentVerdict.Conditional)]
    [InlineData("C16", ExperimentVerdict.Conditional)]
    [InlineData("C21", ExperimentVerdict.Conditional)]
    [InlineData("C24", ExperimentVerdict.Confirmed)]
    [InlineData("C34", ExperimentVerdict.Confirmed)]
    [InlineData("C35", ExperimentVerdict.Confirmed)]
    [InlineData("C36", ExperimentVerdict.Conditional)]
    [InlineData("C41", ExperimentVerdict.Refuted)]
    [InlineData("C43", ExperimentVerdict.Confirmed)]
    [InlineData("C45", ExperimentVerdict.Confirmed)]
    [InlineData("C47", ExperimentVerdict.Conditional)]
    [InlineData("C50", ExperimentVerdict.Conditional)]
    [InlineData("C51", ExperimentVerdict.Confirmed)]
    [InlineData("C52", ExperimentVerdict.Conditional)]
    [InlineData("C53", ExperimentVerdict.Conditional)]
    [InlineData("C54", ExperimentVerdict.Conditional)]
    [InlineData("C55", ExperimentVerdict.Conditional)]
    [InlineData("theorem-4.1", ExperimentVerdict.Conditional)]
    public void A_claim_without_data_comes_out_the_same_everywhere(string id, ExperimentVerdict expected)
    {
        var outcome = Run(id);
        Assert.True(expected == outcome.Verdict, $"{id}: {outcome.Verdict}; {outcome.Observed}");
    }

    [Theory]
    [InlineData("C13", "statistics as constants: the bias after 100 steps", true)]
    [InlineData("C13", "statistics as constants: change of the loss", true)]
    [InlineData("C13", "statistics in the graph: largest bias", true)]
    [InlineData("C14", "change of the output for a bias of 5", false)]
    [InlineData("C15", "rank of the covariance of 64 features from 32 samples", true)]
    [InlineData("C16", "largest mean of a channel", true)]
    [InlineData("C16", "standard normal: distance of the exponential input's output", false)]
    [InlineData("C17", "on its own batch: largest difference, in deviations", true)]
    [InlineData("C17", "on another batch: largest difference, in deviations", false)]
    [InlineData("C18", "share beyond 4 rises with gamma", true)]
    [InlineData("C18", "largest distance from the normal distribution's share", true)]
    [InlineData("C20", "predictions that depend on their batch, with either training statistics", true)]
    [InlineData("C20", "biased over unbiased variance at 60 samples", true)]
    [InlineData("C22", "a constant feature with epsilon", true)]
    [InlineData("C44", "sigmoid: largest difference of two units of a layer, in any weight", true)]
    [InlineData("C44", "tanh: largest hidden weight", true)]
    [InlineData("C44", "ReLU: largest hidden weight", true)]
    [InlineData("C46", "hidden layers: largest gradient norm over the smallest", true)]
    [InlineData("C46", "largest gradient norm over Glorot's of the same layer", true)]
    [InlineData("C59", "quadratics of condition number 10 to 1e6: distance from the minimum after one step", true)]
    [InlineData("C59", "near a saddle: distance after a Newton step from 0.71 beside it", false)]
    [InlineData("theorem-4.1", "with 1/m: largest difference of both sides, as a share of gamma^2 / sigma^2 |g|^2", true)]
    [InlineData("theorem-4.1", "with the printed 1/sqrt(m): cases in which the left side is the larger one", false)]
    public void A_closed_form_is_met(string id, string finding, bool holds)
    {
        var found = Assert.Single(Run(id).Findings, candidate => candidate.Name == finding);
        Assert.True(found.Holds == holds, $"{found.Observed}, bar {found.Bar}");
    }

    private static Outcome Run(string id) => Outcomes.GetOrAdd(id, static id => Ledger.SelectExperiments(id)[0].Run(Small.Smoke()));
}
