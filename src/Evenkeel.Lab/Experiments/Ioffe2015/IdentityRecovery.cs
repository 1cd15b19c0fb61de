using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Normalization;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Gamma and beta can undo the normalisation, of the batch whose deviation and mean they are.</summary>
public sealed class IdentityRecovery : Experiment
{
    private const int Count = 64;
    private const int Channels = 8;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C17", Topics.BatchNorm, "With gamma = sigma and beta = mu the layer is the identity")
    {
        Source = "S2, S3, S4",
        Phrase = "γ → σ , β → μ 인경우 원상태로 복귀",
        Question = "Does normalisation with these values give its input back, on this batch, on another one, and does training go there?",
        Criterion = "On the batch itself the largest difference is below 1e-5 of the deviation; on another batch it is too; trained gammas and betas lie within 10% of sigma and mu.",
        Cost = new(new(2, 1), new(20, 1), new(20, 1)),
        Datasets = [Mnist.Name],
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (own, other) = (Batch("own"), Batch("other"));
        using var probe = new LayerProbe(new BatchNorm(), [Channels], Count);
        for (var channel = 0; channel < Channels; channel++)
        {
            var values = Enumerable.Range(0, Count).Select(i => (double)own[(i * Channels) + channel]).ToArray();
            var mean = values.Average();
            var variance = values.Average(value => (value - mean) * (value - mean));
            probe.Model.Parameters["gamma"].Span[channel] = (float)Math.Sqrt(variance + BatchNormOptions.Default.Epsilon);
            probe.Model.Parameters["beta"].Span[channel] = (float)mean;
        }

        var steps = context.Of(2, 3000, 10_000, 50_000);
        var trained = context.Run("training", [new PerceptronTrial { BatchNorm = true, Rate = 0.5f, Deviation = 0.1f, Seed = 1, Steps = steps }])[0];
        var (gamma, sigma) = (trained["gamma"], trained["deviation"]);
        var scale = Percentiles.Median(gamma.Zip(sigma, static (g, s) => Math.Abs(g - s) / s));
        var shift = Percentiles.Median(trained["beta"].Zip(trained["mean"], static (b, m) => Math.Abs(b - m)).Zip(sigma, static (distance, s) => distance / s));
        Finding[] findings =
        [
            Judge.AtMost("on its own batch: largest difference, in deviations", Difference(probe.Forward(own), own), 1e-5, "the input comes back"),
            Judge.AtMost("on another batch: largest difference, in deviations", Difference(probe.Forward(other), other), 1e-5, "not said"),
            Judge.AtMost("trained: median distance of gamma from sigma, as a share of it", scale, 0.1, "not said"),
            Judge.AtMost("trained: median distance of beta from mu, in sigmas", shift, 0.1, "not said"),
        ];
        return Outcome.Of(context, Claim, findings, "The transform can be undone for one batch, strictly with the root of variance plus epsilon. For any other batch the same gamma and beta are not the identity, since its statistics differ; and a trained network does not go there. The identity shows that normalisation takes nothing away from what a layer can represent; it is not where training leads.") with
        {
            Evidence = [new PageSection("Where training leads").Figure(
                new Chart("Gamma and sigma of the last hidden layer's 100 units after training", new ChartAxis("sigma of the unit's input"), new ChartAxis("gamma"), [new MarkerSeries("trained units", sigma, gamma), Diagonal(sigma)]),
                FormattableString.Invariant($"The paper's MNIST network after {steps:N0} steps at rate 0.5. On the line gamma would undo the normalisation."))],
        };
    }

    private static LineSeries Diagonal(double[] sigma) => new("gamma = sigma", [sigma.Min(), sigma.Max()], [sigma.Min(), sigma.Max()]) { Style = LineStyle.Dotted };

    private static float[] Batch(string name)
    {
        var values = LayerProbe.Normal(Count * Channels, name);
        for (var i = 0; i < values.Length; i++) values[i] = (values[i] * (1 + (i % Channels))) + (i % Channels) - 3;
        return values;
    }

    /// <summary>Channel c has the deviation 1 + c.</summary>
    private static double Difference(float[] output, float[] input) => Enumerable.Range(0, output.Length).Max(i => Math.Abs((double)output[i] - input[i]) / (1 + (i % Channels)));
}
