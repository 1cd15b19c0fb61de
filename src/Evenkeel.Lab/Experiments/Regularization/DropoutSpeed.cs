using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Regularization;

/// <summary>Steps to a test accuracy, and the time of a step, with and without dropout.</summary>
public sealed class DropoutSpeed : Experiment
{
    private const double Target = 0.97;

    private static readonly float[] Rates = [0.1f, 0.3f];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C66", Topics.Training, "Dropout makes training slow")
    {
        Source = "S3",
        Phrase = "학습속도가 매우 느린 dropout",
        Question = "How many more steps does a network with dropout need, and how much longer is a step?",
        Criterion = "Each at its better rate of 0.1 and 0.3: at least 1.5 times more steps to 97% test accuracy with dropout 0.5; a step less than 1.2 times longer is reported.",
        Cost = new(new(40, 3), new(120, 5), new(240, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 2400, 6000, 10_000);
        (float Dropout, float Rate)[] arms = [.. ((float[])[0, 0.5f]).SelectMany(static dropout => Rates.Select(rate => (dropout, rate)))];
        var runs = new PairedRuns<(float Dropout, float Rate)>(context, Claim, "training", arms, (arm, seed) => Workload.MnistRelu with { Network = Workload.MnistRelu.Network with { Dropout = arm.Dropout }, Rate = arm.Rate, Steps = steps, Seed = seed, StopAt = Target + 0.005, Checkpoints = Workload.Every(steps, Math.Max(1, steps / 60)) });
        double? Fastest(float dropout) => Rates.Select(rate => runs.StepsTo((dropout, rate), Target)).Min();
        var seconds = StepClock.Seconds([Workload.MnistRelu.Network, Workload.MnistRelu.Network with { Dropout = 0.5f }], 128, context.Of(2, 60, 200, 200));
        Finding[] findings =
        [
            Judge.Ratio("steps to 97%, with and without", Fastest(0.5f), Fastest(0), steps, 1.5, "2 to 3 times longer (Srivastava et al. 2014)"),
            Judge.AtMost("time of a step, with over without", seconds[1] / seconds[0], 1.2) with { Carries = false },
        ];
        return Outcome.Of(context, Claim, findings, "Dropout costs steps: every step trains a part of the network, on a noisier gradient. It costs next to no time per step: drawing a mask is cheap beside a matrix product.") with
        {
            Evidence = [new PageSection("Accuracy").Figure(
                new Chart("Test accuracy", new ChartAxis("step"), new ChartAxis("accuracy", "%") { Minimum = 80 }, [.. arms.Select((arm, i) => runs.AccuracyCurve(arm, FormattableString.Invariant($"{(arm.Dropout > 0 ? "dropout 0.5" : "without")}, rate {arm.Rate}"), i / 2, i % 2 == 0 ? LineStyle.Solid : LineStyle.Dashed))]),
                FormattableString.Invariant($"784-256-256-10, ReLU, batches of 128, mean of {runs.Seeds} seeds; runs end soon after the target, and their last accuracy stands from there on."))],
            Facts = [("milliseconds per step, without and with", FormattableString.Invariant($"{1000 * seconds[0]:0.00}, {1000 * seconds[1]:0.00}"))],
        };
    }
}
