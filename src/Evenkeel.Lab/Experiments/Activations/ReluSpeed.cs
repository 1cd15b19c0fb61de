using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Trials;
using Evenkeel.Lab.Workloads;
using Evenkeel.Layers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Activations;

/// <summary>A convolutional network of ReLUs and one of tanhs, each at its best rate, until a quarter of the training errors is left.</summary>
public sealed class ReluSpeed : Experiment
{
    private const double Target = 0.75;

    private static readonly string[] Activations = ["relu", "tanh"];
    private static readonly float[] Rates = [0.01f, 0.03f];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C40", Topics.Activations, "ReLU does not saturate, is cheap and converges faster")
    {
        Source = "S4",
        Phrase = "converge faster than sigmoid/tanh",
        Question = "Does a ReLU network need fewer steps than a tanh network, each at its best rate?",
        Criterion = "Derivative 1 for every positive input; each at its better rate of 0.01 and 0.03 with momentum 0.9, on 1,000 photographs: at least 1.5 times fewer steps to 25% training error. That ReLU has no dead side: no dead unit at the end. The mean output is reported; biological plausibility cannot be tested.",
        Cost = new(new(60, 3), new(400, 5), new(800, 5)),
        Datasets = [Cifar10.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (steps, samples) = (context.Of(2, 300, 1500, 4000), context.Of(64, 1000, 5000, 10_000));
        (string Activation, float Rate)[] arms = [.. Activations.SelectMany(static activation => Rates.Select(rate => (activation, rate)))];
        var runs = new PairedRuns<(string Activation, float Rate)>(context, Claim, "training", arms, (arm, seed) => Workload.CifarSmall with
        {
            Network = Workload.CifarSmall.Network with { Activation = arm.Activation },
            Samples = samples,
            FitSamples = 500,
            TestSamples = 500,
            Momentum = 0.9f,
            Rate = arm.Rate,
            Steps = steps,
            Seed = seed,
            Checkpoints = Workload.Every(steps, 30),
            Looks = [0, steps],
            LookSamples = 200,
        });
        double? Steps((string, float) arm) => runs.FirstStep(arm, "fit_accuracy", static value => value >= Target);
        (string, float) Best(string activation) => Rates.Select(rate => (activation, rate)).MinBy(arm => Steps(arm) ?? steps + (1 - runs.Mean(arm, "fit_accuracy")[^1]));
        var (relu, tanh) = (Best("relu"), Best("tanh"));
        using var probe = new LayerProbe(new Activation("relu"), [64], 1);
        var positive = LayerProbe.Uniform(64, "inputs").Select(static value => (1000 * value) + 1e-6f).ToArray();
        var gradient = probe.Backward(positive, [.. Enumerable.Repeat(1f, 64)]).InputGradient;
        static double Dead(RunResult run) => 100 * run["look_dead"][^(int)run["look_layers"][0]..].Average();
        Finding[] findings =
        [
            Judge.AtMost("ReLU's derivative at positive inputs up to 1,000: largest distance from 1", gradient.Max(static value => Math.Abs(value - 1.0)), 1e-3, "does not saturate"),
            Judge.Ratio("steps to 25% training error, tanh and ReLU", Steps(tanh), Steps(relu), steps, 1.5, "6 times (Krizhevsky et al. 2012)"),
            Judge.AtMost("ReLU: dead units at the end, %", runs.Of(relu, Dead), 0, "no dead side said"),
        ];
        LineSeries Fit((string, float) arm, string name) => new(name, runs[arm][0]["step"], [.. runs.Mean(arm, "fit_accuracy").Select(static value => 100 - (100 * value))]);
        return Outcome.Of(context, Claim, findings, "ReLU does not saturate where it is on, and passes nothing where it is off. Whether it makes a network faster depends on depth, rate and first weights; the factor 6 of the source belongs to one network of 2012, and a few convolutions with first weights that fit need not show it. Its outputs are not centred: all are at least 0.") with
        {
            Evidence = [new PageSection("Training error").Figure(
                new Chart("Training error at each one's better rate", new ChartAxis("step"), new ChartAxis("error", "%"), [Fit(relu, FormattableString.Invariant($"ReLU, rate {relu.Item2}")), Fit(tanh, FormattableString.Invariant($"tanh, rate {tanh.Item2}")), new RuleSeries("25%", 25)]),
                FormattableString.Invariant($"Convolutions of 3 x 3 with 16, 32 and 64 filters, {samples:N0} photographs, batches of 64, momentum 0.9, errors of 500 training photographs in inference, mean of {runs.Seeds} seeds."))
                .Table(runs.Table("nonlinearity and rate", static arm => FormattableString.Invariant($"{arm.Activation}, {arm.Rate}"), ("training error, %", static run => 100 - (100 * run.Last("fit_accuracy"))), ("dead units, %", Dead), ("mean output of the first layer", static run => run["look_mean"][0])))],
        };
    }
}
