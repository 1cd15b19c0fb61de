using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Workloads;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Thirty random choices of rate, first weights, momentum and weight decay, with and without normalisation.</summary>
public sealed class LessSensitive : Experiment
{
    private const int Choices = 30;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C27", Topics.BatchNorm, "Batch normalisation makes hyper-parameters matter less")
    {
        Source = "S3",
        Phrase = "다양한 하이퍼 파라미터에 대해서 덜 민감",
        Question = "Over random choices of rate, first weights, momentum and weight decay, do accuracies vary less with batch normalisation?",
        Criterion = "30 random choices (rate 1e-3 to 1, deviation of the first weights 0.003 to 1, momentum 0 to 0.95, weight decay 1e-6 to 1e-2; all but momentum even in the logarithm), the same for both: interquartile range of the accuracies at least 2 times wider without.",
        Cost = new(new(15, 1), new(300, 5), new(600, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (steps, choices) = (context.Of(2, 150, 468, 1404), context.Of(4, Choices, Choices, Choices));
        (string Norm, int Choice)[] arms = [.. ((string[])["none", "batch"]).SelectMany(norm => Enumerable.Range(0, choices).Select(choice => (norm, choice)))];
        var random = new RandomStream(7, "choices");
        double Number(int choice, ulong place, double low, double high) => low + ((high - low) * random.Uniform(((ulong)choice * 4) + place));
        var runs = new PairedRuns<(string Norm, int Choice)>(context, Claim, "training", arms, (arm, seed) =>
        {
            var trial = Workload.MnistRelu.With(arm.Norm);
            return trial with
            {
                Network = trial.Network with { FirstWeights = "normal", Deviation = (float)Math.Pow(10, Number(arm.Choice, 1, -2.5, 0)) },
                Rate = (float)Math.Pow(10, Number(arm.Choice, 0, -3, 0)),
                Momentum = (float)Number(arm.Choice, 2, 0, 0.95),
                WeightDecay = (float)Math.Pow(10, Number(arm.Choice, 3, -6, -2)),
                Steps = steps,
                Seed = seed,
                Checkpoints = [steps],
            };
        });
        double[] Sorted(string norm) => [.. Enumerable.Range(0, choices).Select(choice => runs.Accuracy((norm, choice)).Mean).Order()];
        static double Range(double[] sorted)
        {
            var values = Array.ConvertAll(sorted, static value => (float)value);
            return Percentiles.OfSorted(values, 0.75) - Percentiles.OfSorted(values, 0.25);
        }

        var (plain, normalised) = (Sorted("none"), Sorted("batch"));
        Finding[] findings = [Judge.AtLeast("interquartile range of the accuracies, without over with", Range(plain) / Range(normalised), 2, "less sensitive")];
        double[] axis = [.. Enumerable.Range(1, choices).Select(static place => (double)place)];
        return Outcome.Of(context, Claim, findings, "Of random settings more work with normalisation than without, and their results lie closer together. It does not make settings superfluous: the worst of them fail in both networks.") with
        {
            KeyNumbers = [new("range without", FormattableString.Invariant($"{Range(plain):0.0} points")), new("range with", FormattableString.Invariant($"{Range(normalised):0.0} points")), new("medians", FormattableString.Invariant($"{Percentiles.Median(plain):0.0}% without, {Percentiles.Median(normalised):0.0}% with"))],
            Evidence = [new PageSection("Thirty choices, sorted").Figure(
                new Chart(FormattableString.Invariant($"Test accuracy after {steps:N0} steps"), new ChartAxis("place"), new ChartAxis("accuracy", "%"), [new LineSeries("without", axis, plain) { Markers = true }, new LineSeries("with batch normalisation", axis, normalised) { Markers = true }]),
                FormattableString.Invariant($"784-256-256-10, ReLU, batches of 128; each network's results in rising order; {runs.Seeds} seeds per choice."))],
        };
    }
}
