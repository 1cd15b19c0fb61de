using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Initialization;

/// <summary>Glorot's and He's first weights: what becomes of the signal, and whether 30 layers of ReLU learn.</summary>
public sealed class MatchedWeights : Experiment
{
    private const int Deep = 30;

    private static readonly float[] Rates = [0.01f, 0.03f, 0.1f];
    private static readonly (string Activation, string Weights)[] Pairs = [("tanh", "glorot"), ("relu", "he"), ("relu", "glorot"), ("tanh", "he")];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C48", Topics.Initialization, "Well chosen first weights keep the signal's size")
    {
        Source = "S1",
        Phrase = "가중치 초기값을 잘 두는",
        Question = "Do Glorot's and He's first weights keep the deviation of activations through the layers, and does He's train where Glorot's stalls?",
        Criterion = "Ratio of deviations last to first of ten layers within 0.3 to 3 for tanh with Glorot's and ReLU with He's weights; a ReLU network of 30 layers reaches 80% with He's at its best rate and stays below 20% with Glorot's at any rate of the grid.",
        Cost = new(new(20, 3), new(120, 5), new(240, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        static TrainingTrial Trial(string activation, string weights, int layers, ulong seed)
        {
            var trial = Workload.MnistDeep(activation, layers);
            return trial with { Network = trial.Network with { FirstWeights = weights }, Seed = seed };
        }

        var signal = new PairedRuns<(string Activation, string Weights)>(context, Claim, "signals", Pairs, (arm, seed) => Trial(arm.Activation, arm.Weights, 10, seed) with { Steps = 1, Looks = [0] });
        var steps = context.Of(2, 300, 900, 3000);
        (string Weights, float Rate)[] arms = [.. ((string[])["he", "glorot"]).SelectMany(static weights => Rates.Select(rate => (weights, rate)))];
        var runs = new PairedRuns<(string Weights, float Rate)>(context, Claim, "training", arms, (arm, seed) => Trial("relu", arm.Weights, Deep, seed) with { Rate = arm.Rate, Steps = steps, Checkpoints = Workload.Every(steps, 10) });
        (string, float) Best(string weights) => Rates.Select(rate => (weights, rate)).MaxBy(arm => runs.Accuracy(arm).Mean);
        var (he, glorot) = (Best("he"), Best("glorot"));
        Finding Ratio((string, string) arm, string name)
        {
            var ratio = signal.Of(arm, static run => run["look_deviation"][9] / run["look_deviation"][0]);
            return new(name, "within 0.3 to 3", Judge.WithSpread(ratio), "keeps its size", ratio.Mean is >= 0.3 and <= 3);
        }

        Finding[] findings =
        [
            Ratio(("tanh", "glorot"), "tanh, Glorot: deviation of the tenth layer over the first"), Ratio(("relu", "he"), "ReLU, He: deviation of the tenth layer over the first"),
            Judge.AtLeast("30 layers of ReLU, He: accuracy at the best rate, %", runs.Accuracy(he), 80, "trains"),
            Judge.AtMost("30 layers of ReLU, Glorot: accuracy at the best rate, %", runs.Accuracy(glorot), 20, "stalls"),
        ];
        double[] layers = [.. Enumerable.Range(1, 10).Select(static layer => (double)layer)];
        return Outcome.Of(context, Claim, findings, "First weights that fit the nonlinearity keep the signal's size through the layers; a factor of the root of two per layer, which ReLU takes and Glorot's weights do not give back, is a factor of 30,000 over 30 layers. In a quick run the deep network with He's weights is still rising when the run ends.") with
        {
            Evidence =
            [
                new PageSection("Signals before training").Figure(new Chart("Deviation of the activations", new ChartAxis("layer"), new ChartAxis("deviation") { Scale = AxisScale.Logarithmic },
                    [.. Pairs.Select(arm => new LineSeries($"{arm.Activation}, {arm.Weights}", layers, [.. layers.Select((_, layer) => signal.Of(arm, run => run["look_deviation"][layer]).Mean)]) { Markers = true })]), "784-100x10-10 on standardised MNIST images."),
                new PageSection("Thirty layers of ReLU").Figure(new Chart("Test accuracy at the best rate", new ChartAxis("step"), new ChartAxis("accuracy", "%"), [runs.AccuracyCurve(he, FormattableString.Invariant($"He, rate {he.Item2}")), runs.AccuracyCurve(glorot, FormattableString.Invariant($"Glorot, rate {glorot.Item2}"))]),
                    FormattableString.Invariant($"784-100x30-10, plain descent, batches of 128, mean of {runs.Seeds} seeds.")).Table(runs.Table("first weights and rate", static arm => FormattableString.Invariant($"{arm.Weights}, {arm.Rate}"), ("accuracy, %", static (RunResult run) => 100 * run.Last("accuracy")))),
            ],
        };
    }
}
