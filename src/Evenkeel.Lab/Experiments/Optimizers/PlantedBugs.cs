using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Normalization;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Optimizers;

/// <summary>A sound program and three planted bugs over seven learning rates.</summary>
public sealed class PlantedBugs : Experiment
{
    private const int BatchSize = 128;
    private const double Learns = 80;

    private static readonly float[] Rates = [1e-4f, 1e-3f, 1e-2f, 0.1f, 1, 10, 100];
    private static readonly string[] Programs = ["sound", "wrong sign", "missing 1/m", "stale statistics"];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C60", Topics.Optimizers, "A large change of the rate tells a bad rate from bad code")
    {
        Source = "S2",
        Phrase = "Learning rate을 크게 바꿔봐야 lr문제인지 code문제인지",
        Question = "Do three planted bugs show at every rate?",
        Criterion = "A program learns at a rate if it reaches 80% test accuracy there. The sound one fails at some rate of 1e-4 to 100 and learns at another; each of the bugs (gradient of the wrong sign, sum instead of mean over the batch, running statistics that are never updated) fails at every rate.",
        Cost = new(new(20, 3), new(120, 5), new(240, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 200, 936, 4680);
        (string Program, float Rate)[] arms = [.. Programs.SelectMany(static program => Rates.Select(rate => (program, rate)))];
        var runs = new PairedRuns<(string Program, float Rate)>(context, Claim, "grid of rates", arms, (arm, seed) =>
        {
            var trial = Workload.MnistRelu.With("batch") with { Rate = arm.Program == "wrong sign" ? -arm.Rate : arm.Rate, LossFactor = arm.Program == "missing 1/m" ? BatchSize : 1, BatchSize = BatchSize, Steps = steps, Seed = seed, Checkpoints = [steps], TestSamples = 1000 };
            return arm.Program == "stale statistics" ? trial with { Network = trial.Network with { BatchNorm = BatchNormOptions.Default with { UpdateRunningStatistics = false } } } : trial;
        });
        float[] Working(string program) => [.. Rates.Where(rate => runs.Accuracy((program, rate)).Mean >= Learns)];
        static string Words(float[] rates) => rates.Length == 0 ? "at none" : $"at {string.Join(", ", rates.Select(static rate => FormattableString.Invariant($"{rate}")))}";
        Finding[] findings =
        [
            new("sound program: learns", "at some rates and not at others", Words(Working("sound")), "a matter of the rate", Working("sound").Length is > 0 and var count && count < Rates.Length),
            .. Programs.Skip(1).Select(program => new Finding($"{program}: learns", "at no rate", Words(Working(program)), "a matter of the code", Working(program).Length == 0)),
        ];
        double[] axis = [.. Rates.Select(static rate => (double)rate)];
        return Outcome.Of(context, Claim, findings, "A bug that turns the gradient round fails everywhere, and so a sweep over rates does tell it from a bad rate. A bug that is itself a scale does not: a sum instead of a mean over the batch learns as well at a rate that is smaller by the batch size, and normalised networks hide it further. Statistics that are never updated do not touch training: the evaluation suffers by as much as a layer's inputs are away from mean 0 and variance 1, at some rates little. Only a comparison with a known figure, or a gradient check, finds such bugs.") with
        {
            Evidence = [new PageSection("Accuracy over the rate").Figure(
                new Chart(FormattableString.Invariant($"Test accuracy after {steps:N0} steps"), new ChartAxis("learning rate") { Scale = AxisScale.Logarithmic }, new ChartAxis("accuracy", "%"), [.. Programs.Select(program => new LineSeries(program, axis, [.. Rates.Select(rate => runs.Accuracy((program, rate)).Mean)]) { Markers = true })]),
                FormattableString.Invariant($"784-256-256-10, ReLU, batch normalisation, batches of {BatchSize}, mean of {runs.Seeds} seeds."))],
        };
    }
}
