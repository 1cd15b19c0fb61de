using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Regularization;

/// <summary>Which weights of a run to keep: the best on held-out samples, the last, or those of the first jump.</summary>
public sealed class EarlyStoppingRules : Experiment
{
    // A rise of the held-out accuracy from one checkpoint to the next that counts as a jump.
    private const double Jump = 0.02;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C63", Topics.Training, "Early stopping keeps the best weights")
    {
        Source = "S3, S2",
        Phrase = "가장 좋았을때의 W를 저장 / 갑자기 좋아진 순간",
        Question = "Are the weights of the best validation better than the last ones, and than those of the first jump?",
        Criterion = "1,000 training samples, 200 epochs, 1,000 samples held out. Test accuracy of the weights that are best on the held-out ones at least 0.3 points above the last, by two standard errors; that of the first jump (held-out accuracy 2 points above the checkpoint before) at least as high as the best. Beside the verdict: the weights of the best held-out loss have a lower test loss than the last ones, by two standard errors.",
        Cost = new(new(20, 3), new(120, 5), new(240, 10)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var epochs = context.Of(2, 200, 200, 400);
        var steps = epochs * 7;
        var runs = new PairedRuns<string>(context, Claim, "training", ["plain"], (_, seed) => Workload.MnistRelu with { Samples = 1000, HeldOut = 1000, TestSamples = 5000, Rate = 0.1f, Steps = steps, Seed = seed, Checkpoints = Workload.Every(steps, Math.Min(epochs, 100)) });
        static double At(RunResult run, int place) => 100 * run["accuracy"][place];
        static int Best(RunResult run) => Array.IndexOf(run["held_accuracy"], run["held_accuracy"].Max());
        static int BestLoss(RunResult run) => Array.IndexOf(run["held_loss"], run["held_loss"].Min());
        static int FirstJump(RunResult run)
        {
            var held = run["held_accuracy"];
            var place = Enumerable.Range(1, held.Length - 1).FirstOrDefault(i => held[i] - held[i - 1] >= Jump);
            return place == 0 ? held.Length - 1 : place;
        }

        var all = runs["plain"];
        var gain = Sample.Of(all.Select(static run => At(run, Best(run)) - At(run, run["accuracy"].Length - 1)));
        var jump = Sample.Of(all.Select(static run => At(run, FirstJump(run)) - At(run, Best(run))));
        var lossGain = Sample.Of(all.Select(static run => run["loss"][^1] - run["loss"][BestLoss(run)]));
        (string Name, Func<RunResult, int> Place)[] rules = [("best held-out accuracy", Best), ("best held-out loss", BestLoss), ("first jump", FirstJump), ("last", static run => run["accuracy"].Length - 1)];
        Finding[] findings =
        [
            Judge.ClearlyAtLeast("test accuracy of the best held-out weights minus the last ones, in points", gain, 0.3, "the best are kept"),
            Judge.ClearlyAtLeast("test accuracy at the first jump minus that of the best, in points", jump, 0, "the moment of the sudden rise"),
            Judge.ClearlyAtLeast("test loss of the last weights minus that of the best by held-out loss, in nats", lossGain, 0) with { Carries = false },
        ];
        return Outcome.Of(context, Claim, findings, "Keeping the weights that did best on held-out samples can gain over the last ones only as much as accuracy falls again, and here it does not fall: the held-out loss has its minimum early, the accuracy stays. In the loss early stopping gains, in accuracy it does not: a rule by loss and a rule by accuracy therefore keep different weights, and a note that does not say which one it means says too little. Stopping at the first sudden rise stops long before the end of learning.") with
        {
            Evidence = [new PageSection("A run").Figure(
                new Chart("Held-out and test accuracy, mean over the seeds", new ChartAxis("step"), new ChartAxis("accuracy", "%"), [runs.AccuracyCurve("plain", "test"), new LineSeries("held out", all[0]["step"], [.. runs.Mean("plain", "held_accuracy").Select(static value => 100 * value)])]),
                FormattableString.Invariant($"784-256-256-10, ReLU, rate 0.1, {runs.Seeds} seeds."))
                .Figure(new Chart("Held-out loss, mean over the seeds", new ChartAxis("step"), new ChartAxis("loss", "nats"), [new LineSeries("held out", all[0]["step"], runs.Mean("plain", "held_loss"))]))
                .Table(new PageTable([new("weights kept"), new("test accuracy, %", true), new("at step, mean", true)],
                [.. rules.Select(rule => (IReadOnlyList<string>)[rule.Name, Judge.WithSpread(Sample.Of(all.Select(run => At(run, rule.Place(run))))), Judge.Number(all.Average(run => run["step"][rule.Place(run)]))])]))],
        };
    }
}
