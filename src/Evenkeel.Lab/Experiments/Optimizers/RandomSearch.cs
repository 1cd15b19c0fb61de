using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Workloads;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Optimizers;

/// <summary>Sixty random choices of rate and weight decay against a grid of eight by eight over the same ranges.</summary>
public sealed class RandomSearch : Experiment
{
    private const int Side = 8;
    private const int Choices = 60;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C62", Topics.Optimizers, "Hyper-parameters are found by toil")
    {
        Source = "S2",
        Phrase = "노가다",
        Question = "Is random search at least as good as a grid of the same size?",
        Criterion = "Rate 1e-3 to 10 and weight decay 1e-6 to 1e-1, even in the logarithm, judged on 2,000 held-out samples: test accuracy of the best of 60 random choices at least that of the best of an 8 by 8 grid minus 0.1 points.",
        Cost = new(new(15, 1), new(300, 5), new(600, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (steps, side, choices) = (context.Of(2, 150, 468, 1404), context.Of(2, Side, Side, Side), context.Of(3, Choices, Choices, Choices));
        var random = new RandomStream(11, "random search");
        (bool Random, float Rate, float Decay)[] arms =
        [
            .. Enumerable.Range(0, side * side).Select(i => (false, At(-3, 1, (i / side) / (side - 1.0)), At(-6, -1, (i % side) / (side - 1.0)))),
            .. Enumerable.Range(0, choices).Select(i => (true, At(-3, 1, random.Uniform((ulong)i * 2)), At(-6, -1, random.Uniform(((ulong)i * 2) + 1)))),
        ];
        var runs = new PairedRuns<(bool Random, float Rate, float Decay)>(context, Claim, "searches", arms, (arm, seed) => Workload.MnistRelu with
        {
            Network = Workload.MnistRelu.Network with { Widths = [64, 64] },
            Rate = arm.Rate,
            WeightDecay = arm.Decay,
            HeldOut = 2000,
            Steps = steps,
            Seed = seed,
            Checkpoints = [steps],
            TestSamples = 5000,
        });
        (bool, float, float) Best(bool isRandom) => arms.Where(arm => arm.Random == isRandom).MaxBy(arm => runs.Of(arm, static run => run.Last("held_accuracy")).Mean);
        var (grid, chosen) = (Best(false), Best(true));
        Finding[] findings = [Judge.AtLeast("test accuracy of the best random choice minus that of the grid, in points", runs.Accuracy(chosen).Mean - runs.Accuracy(grid).Mean, -0.1, "toil")];
        MarkerSeries Points(bool isRandom, string name) => new(name, [.. arms.Where(arm => arm.Random == isRandom).Select(static arm => (double)arm.Rate)], [.. arms.Where(arm => arm.Random == isRandom).Select(arm => runs.Accuracy(arm).Mean)]);
        return Outcome.Of(context, Claim, findings, "The toil can be left to chance: 60 random points hit the best 5% of any space with probability 0.954, whatever its dimensions, while a grid tries eight values of the one setting that matters.") with
        {
            KeyNumbers = [new("grid", FormattableString.Invariant($"{runs.Accuracy(grid).Mean:0.00}%"), FormattableString.Invariant($"rate {grid.Item2:G3}, decay {grid.Item3:G3}")), new("random", FormattableString.Invariant($"{runs.Accuracy(chosen).Mean:0.00}%"), FormattableString.Invariant($"rate {chosen.Item2:G3}, decay {chosen.Item3:G3}"))],
            Evidence = [new PageSection("Both searches").Figure(
                new Chart(FormattableString.Invariant($"Test accuracy after {steps:N0} steps"), new ChartAxis("learning rate") { Scale = AxisScale.Logarithmic }, new ChartAxis("accuracy", "%"), [Points(false, "grid"), Points(true, "random")]),
                FormattableString.Invariant($"784-64-64-10, ReLU, batches of 128, {runs.Seeds} seeds; every point is one choice of rate and weight decay."))],
        };
    }

    private static float At(double low, double high, double place) => (float)Math.Pow(10, low + ((high - low) * place));
}
