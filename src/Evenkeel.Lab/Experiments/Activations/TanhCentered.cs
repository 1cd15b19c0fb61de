using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Trials;
using Evenkeel.Lab.Workloads;
using Evenkeel.Layers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Activations;

/// <summary>tanh and sigmoid in a network of five layers: outputs, saturation, accuracy.</summary>
public sealed class TanhCentered : Experiment
{
    private const int Layers = 5;

    private static readonly string[] Activations = ["tanh", "sigmoid"];
    private static readonly float[] Rates = [0.03f, 0.1f, 0.3f, 1];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C39", Topics.Activations, "tanh is centred and saturates")
    {
        Source = "S4",
        Phrase = "Tanh zero centered, saturated kill",
        Question = "Is the mean of tanh's outputs near 0, does its gradient vanish for large inputs, and is it better than the sigmoid?",
        Criterion = "Mean output of every tanh layer below 0.05 in size before training and after; derivative at 10 below 1e-7; fewer test errors than the sigmoid, each at its best rate, in a network of five layers.",
        Cost = new(new(15, 3), new(180, 5), new(360, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 468, 2340, 9360);
        (string Activation, float Rate)[] arms = [.. Activations.SelectMany(static activation => Rates.Select(rate => (activation, rate)))];
        var runs = new PairedRuns<(string Activation, float Rate)>(context, Claim, "training", arms, (arm, seed) => Workload.MnistDeep(arm.Activation, Layers) with { Rate = arm.Rate, Steps = steps, Seed = seed, Checkpoints = Workload.Every(steps, 10), Looks = [0, steps] });
        (string, float) Best(string activation) => Rates.Select(rate => (activation, rate)).MaxBy(arm => runs.Accuracy(arm).Mean);
        var (tanh, sigmoid) = (Best("tanh"), Best("sigmoid"));
        double LargestMean(int first) => Enumerable.Range(first, Layers).Max(place => Math.Abs(runs.Of(tanh, run => run["look_mean"][place]).Mean));
        using var probe = new LayerProbe(new Activation("tanh"), [1], 1);
        static double Error(RunResult run) => 100 - (100 * run.Last("accuracy"));
        Finding[] findings =
        [
            Judge.AtMost("tanh before training: largest mean output of a layer, in size", LargestMean(0), 0.05, "zero centred"),
            Judge.AtMost("tanh after training: largest mean output of a layer, in size", LargestMean(Layers), 0.05, "zero centred"),
            Judge.AtMost("tanh's derivative at 10", probe.Backward([10], [1]).InputGradient[0], 1e-7, "kills gradients"),
            Judge.AtLeast("errors of the sigmoid minus errors of tanh, in points", runs.Difference(sigmoid, tanh, Error), 0, "1.76 against 2.21% (Glorot and Bengio 2010)"),
        ];
        double[] layers = [.. Enumerable.Range(1, Layers).Select(static layer => (double)layer)];
        LineSeries Means((string, float) arm, string name, int first) => new(name, layers, [.. layers.Select((_, layer) => runs.Of(arm, run => run["look_mean"][first + layer]).Mean)]) { Markers = true };
        return Outcome.Of(context, Claim, findings, "tanh hands on values around 0 where the sigmoid hands on values around 1/2, and a deep network learns faster with it. Both saturate alike: far from 0 either has no gradient left.") with
        {
            Evidence =
            [
                new PageSection("Mean outputs").Figure(new Chart("Mean output by layer", new ChartAxis("hidden layer"), new ChartAxis("mean"), [Means(tanh, "tanh, before", 0), Means(tanh, "tanh, after", Layers), Means(sigmoid, "sigmoid, before", 0), Means(sigmoid, "sigmoid, after", Layers)]), "500 test images, mean over the seeds."),
                new PageSection("Accuracy").Figure(new Chart("Test accuracy at each one's best rate", new ChartAxis("step"), new ChartAxis("accuracy", "%"), [runs.AccuracyCurve(tanh, FormattableString.Invariant($"tanh, rate {tanh.Item2}")), runs.AccuracyCurve(sigmoid, FormattableString.Invariant($"sigmoid, rate {sigmoid.Item2}"))]),
                    FormattableString.Invariant($"784-100x5-10, Glorot's first weights, plain descent, batches of 128, mean of {runs.Seeds} seeds.")).Table(runs.Table("nonlinearity and rate", static arm => FormattableString.Invariant($"{arm.Activation}, {arm.Rate}"), ("test error, %", Error))),
            ],
        };
    }
}
