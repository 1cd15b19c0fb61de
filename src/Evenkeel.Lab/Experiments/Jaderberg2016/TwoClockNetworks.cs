using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Jaderberg2016;

/// <summary>Two recurrent networks at different clocks, of which one hears from the other: both learn together after T^2 steps, or each in every step of its own by predicted gradients.</summary>
/// <remarks>Jaderberg et al. 2016, section 3.3. The paper's numbers of units and steps were not to be had; the bars are proposals. The rate was chosen among 0.001 and 0.003, the factor of predicted gradients among 0.1 and 1, on seed 1001, which no verdict uses.</remarks>
public sealed class TwoClockNetworks : Experiment
{
    private const string Together = "together";
    private const string Apart = "apart, conditioned";
    private const string Unconditioned = "apart, label unknown";
    private const string Cut = "apart, nothing predicted";
    private const double LeastSpeed = 1.5;
    private const double MostLost = 3;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("two-clocks", Topics.Decoupled, "Networks at different clocks need not wait for each other")
    {
        Name = "jaderberg2016/two-clocks",
        Source = "Jaderberg et al. 2016, section 3.3",
        Phrase = "similar final accuracy, less training time",
        Question = "Do two networks that learn whenever they tick, by predicted gradients, learn from fewer digits than two that wait for each other, and as well?",
        Criterion = "A counts odd digits at every step, B counts threes at every T-th from A's message alone. Digits until the sum of both test losses, mean over the seeds, is as low as the least one of networks that learn together after T^2 steps: at least 1.5 times fewer apart, by predicted gradients (the message's module sees B's label). At the end the test accuracy of A's reports, and that of B's, at most 3 points below. All bars are proposals. Beside the verdict: B's accuracy is above that of networks apart for which nothing is predicted; the same of a module that does not see the label.",
        Cost = new(new(20, 1), new(1200, 5), new(12_000, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var period = context.Of(2, 2, 3, 4);
        var runs = new PairedRuns<string>(context, Claim, "two clocks", [Together, Apart, Unconditioned, Cut], (arm, seed) => new TwoClockTrial
        {
            Period = period,
            Together = arm == Together,
            Synthetic = arm is Apart or Unconditioned,
            Conditioned = arm == Apart,
            Units = context.Of(8, 64, 64, 128),
            BatchSize = context.Of(4, 32, 32, 32),
            Batches = context.Of(2, 800, 8000, 60_000),
            Checkpoints = context.Of(2, 10, 40, 100),
            TestBatches = context.Of(1, 8, 30, 100),
            Rate = 3e-3f,
            Seed = seed,
        });
        Sample Accuracy(string arm, string network) => runs.Of(arm, run => 100 * run.Last($"{network}_accuracy"));
        Finding Gained(string name, string arm)
        {
            var gain = runs.Difference(arm, Cut, static run => 100 * run.Last("slow_accuracy"));
            return new(name, "above 0", Judge.WithSpread(gain), "", gain.Mean > 0) { Carries = false };
        }

        Sample Lost(string network) => runs.Difference(Together, Apart, run => 100 * run.Last($"{network}_accuracy"));
        var (axis, least) = (runs[Together][0]["step"], runs.Mean(Together, "loss").Min());
        Finding[] findings =
        [
            Judge.Ratio("digits until the least loss of networks that learn together: together and apart", runs.FirstStep(Together, "loss", value => value <= least), runs.FirstStep(Apart, "loss", value => value <= least), (int)axis[^1], LeastSpeed, "less training time"),
            Judge.AtMost("points of accuracy that A loses by learning apart", Lost("fast"), MostLost, "similar"),
            Judge.AtMost("points of accuracy that B loses by learning apart", Lost("slow"), MostLost, "similar"),
            Gained("points of accuracy that B gains by predicted gradients", Apart),
            Gained("the same where the module does not know the label", Unconditioned),
        ];
        Chart Panel(string title, string series, double factor, ChartAxis axisOf) => new(title, new ChartAxis("digits per sequence"), axisOf, [.. runs.Arms.Select(arm => new LineSeries(arm, axis, [.. runs.Mean(arm, series).Select(value => factor * value)]))]);
        return Outcome.Of(context, Claim, findings, "Backpropagation through two networks lets both wait until the slower one has seen enough. Who learns in every step makes many times the updates from as many digits; what it is not told is what its state and its message are for later. What a message's gradient will be cannot be told from the message: to a network that has learnt what its input means, the mean of that gradient is zero. A module that sees the label of the one who hears it can tell.") with
        {
            KeyNumbers = [.. runs.Arms.Select(arm => new KeyNumber(arm, FormattableString.Invariant($"{Accuracy(arm, "fast").Mean:0.0}% and {Accuracy(arm, "slow").Mean:0.0}%"), "odd digits and threes"))],
            Evidence = [new PageSection("What was learnt from as many digits").Figure(
                new ChartGrid("Test reports", [Panel("both losses", "loss", 1, new ChartAxis("loss", "nats")), Panel("A: odd digits", "fast_accuracy", 100, new ChartAxis("right", "%")), Panel("B: threes", "slow_accuracy", 100, new ChartAxis("right", "%"))]) { Columns = 3, SharedLegend = true, Width = 900 },
                FormattableString.Invariant($"Two LSTMs, T = {period}: sequences of {period * period} digits. Together: one update of each per sequence. Apart: A {period * period} updates, B {period}. Mean of {runs.Seeds} {(runs.Seeds == 1 ? "seed" : "seeds")}."))
                .Table(runs.Table("networks", static arm => arm, ("A: loss, nats", static run => run.Last("fast_loss")), ("A: right, %", static run => 100 * run.Last("fast_accuracy")), ("B: loss, nats", static run => run.Last("slow_loss")), ("B: right, %", static run => 100 * run.Last("slow_accuracy")),
                    ("cosine: A's state", static run => run["cosines"][0]), ("B's state", static run => run["cosines"][1]), ("message", static run => run["cosines"][2])))],
            Facts = [("updates that were not finite", Judge.Number(runs.Arms.Sum(arm => runs[arm].Sum(static run => run["refused"][0]))))],
        };
    }
}
