using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Regularization;

/// <summary>Squared bias and variance of the predicted probabilities over networks that were trained on samples of their own, by width.</summary>
/// <remarks>With targets y in one-hot form and p the network's probabilities: bias^2 = mean |E p - y|^2, variance = mean |p - E p|^2; their sum is the mean squared error.</remarks>
public sealed class BiasAndVariance : Experiment
{
    private static readonly int[] Widths = [2, 4, 8, 16, 64, 256];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C64", Topics.Training, "High variance is overfitting, high bias is underfitting")
    {
        Source = "S3",
        Phrase = "High Variance는 오버피팅이고 High Bias는 언더피팅",
        Question = "How do squared bias and variance depend on the width?",
        Criterion = "Networks on 500 samples each, drawn anew: squared bias falls with every width of 2, 4, 8, 16, 64 and 256 (within 2%); variance rises from 2 to 8, and from 16 to 256 (the classical picture; the modern one says that it falls again).",
        Cost = new(new(4, 1), new(240, 1), new(480, 3)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (steps, networks) = (context.Of(2, 300, 1000, 3000), context.Of(2, 10, 20, 40));
        var trials = Widths.SelectMany(width => Enumerable.Range(1, networks).Select(seed => new PredictionTrial(Workload.MnistRelu with
        {
            Network = Workload.MnistRelu.Network with { Widths = [width] },
            Samples = 500,
            BatchSize = 50,
            Rate = 0.1f,
            Steps = steps,
            Seed = (ulong)seed,
            TestSamples = 500,
        }))).ToArray();
        var results = context.Run("networks", trials);
        var parts = Widths.Select((_, place) => Decompose([.. results.Skip(place * networks).Take(networks).Select(static run => run["probabilities"])], results[0]["labels"])).ToArray();
        var (bias, variance) = (parts.Select(static part => part.Bias).ToArray(), parts.Select(static part => part.Variance).ToArray());
        Finding[] findings =
        [
            new("squared bias over the width", "falls", string.Join(", ", bias.Select(Judge.Number)), "high bias is underfitting", bias.Zip(bias.Skip(1), static (small, large) => large <= 1.02 * small).All(static falls => falls)),
            new("variance at widths 2, 4 and 8", "rises", string.Join(", ", variance.Take(3).Select(Judge.Number)), "high variance is overfitting", variance[0] < variance[2]),
            new("variance at widths 16, 64 and 256", "rises", string.Join(", ", variance.Skip(3).Select(Judge.Number)), "high variance is overfitting", variance[3] < variance[5]),
        ];
        double[] axis = [.. Widths.Select(static width => (double)width)];
        return Outcome.Of(context, Claim, findings, "A narrow network misses in the same way whatever it is trained on: bias. What depends on the samples is variance. The classical picture, that more capacity must buy more variance, holds up to where the network can fit its samples; beyond that width adds no variance, it averages it out.") with
        {
            Evidence = [new PageSection("Bias and variance").Figure(
                new Chart("Parts of the mean squared error of the probabilities", new ChartAxis("hidden units") { Scale = AxisScale.Logarithmic }, new ChartAxis("error") { Minimum = 0 }, [new LineSeries("squared bias", axis, bias) { Markers = true }, new LineSeries("variance", axis, variance) { Markers = true }, new LineSeries("sum", axis, [.. bias.Zip(variance, static (a, b) => a + b)]) { Style = LineStyle.Dashed }]),
                FormattableString.Invariant($"One hidden layer of ReLU, {steps:N0} steps of 50, rate 0.1; {networks} networks per width, each on 500 samples of its own, 500 test images."))],
            Facts = [("networks per width", FormattableString.Invariant($"{networks}"))],
        };
    }

    private static (double Bias, double Variance) Decompose(double[][] probabilities, double[] labels)
    {
        var (bias, variance, classes) = (0.0, 0.0, probabilities[0].Length / labels.Length);
        for (var i = 0; i < probabilities[0].Length; i++)
        {
            var sample = Sample.Of(probabilities.Select(row => row[i]));
            bias += Math.Pow(sample.Mean - (labels[i / classes] == i % classes ? 1 : 0), 2);
            variance += sample.Deviation * sample.Deviation * (sample.Count - 1) / sample.Count;
        }

        return (bias / labels.Length, variance / labels.Length);
    }
}
