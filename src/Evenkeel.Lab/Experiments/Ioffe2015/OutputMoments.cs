using Evenkeel.Graph.Normalization;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Normalisation fixes two moments and leaves the shape of a distribution alone.</summary>
public sealed class OutputMoments : Experiment
{
    private const int Count = 4096;

    // Kolmogorov and Smirnov: the largest distance of two distribution functions exceeds 1.949 / sqrt(n) once in a thousand times by chance.
    private const double KolmogorovBound = 1.949;

    private static readonly string[] Shapes = ["normal", "exponential", "bimodal"];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C16", Topics.BatchNorm, "The output has zero mean and unit variance; it is standard normal")
    {
        Source = "S2, S4",
        Phrase = "zero mean이고 unit variance / 항상 표준정규분포",
        Question = "What does normalisation fix of a distribution?",
        Criterion = "In training every channel's mean is below 1e-6 and its variance 1 within epsilon / variance + 1e-5; standard normal: the distance of the output's distribution to the normal one (Kolmogorov and Smirnov) is below its 0.1% bound for an exponential and a bimodal input.",
        Cost = Cost.Exact(1),
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var features = Features();
        using var probe = new LayerProbe(new BatchNorm(new BatchNormOptions { Scale = AffineParameter.Off, Shift = AffineParameter.Off }), [Shapes.Length], Count);
        var output = probe.Forward(features);
        var before = Enumerable.Range(0, Shapes.Length).Select(channel => Moments.Of(Column(features, channel))).ToArray();
        var after = Enumerable.Range(0, Shapes.Length).Select(channel => Moments.Of(Column(output, channel))).ToArray();
        var distances = Enumerable.Range(0, Shapes.Length).Select(channel => DistanceToNormal(Column(output, channel))).ToArray();
        var bound = KolmogorovBound / Math.Sqrt(Count);
        var epsilon = BatchNormOptions.Default.Epsilon;
        Finding[] findings =
        [
            Judge.AtMost("largest mean of a channel", after.Max(static moments => Math.Abs(moments.Mean)), 1e-6, "0"),
            Judge.AtMost("variance: largest distance from 1 beyond epsilon / variance", Enumerable.Range(0, Shapes.Length).Max(i => Math.Abs(after[i].Variance - 1) - (epsilon / before[i].Variance)), 1e-5, "1"),
            Judge.AtMost("standard normal: distance of the exponential input's output", distances[1], bound, "always standard normal"),
            Judge.AtMost("standard normal: distance of the bimodal input's output", distances[2], bound, "always standard normal"),
            Judge.AtMost("skewness and kurtosis: largest change", Enumerable.Range(0, Shapes.Length).Max(i => Math.Max(Math.Abs(after[i].Skewness - before[i].Skewness), Math.Abs(after[i].Kurtosis - before[i].Kurtosis))), 1e-3) with { Carries = false },
        ];
        return Outcome.Of(context, Claim, findings, "Mean 0 and variance 1, yes; a normal distribution, no. Normalisation is a shift and a factor per channel: an exponential input stays exponential, with its skewness and kurtosis. Only the first two moments are fixed.") with
        {
            Evidence =
            [
                new PageSection("Distribution of the output").Figure(
                    new Chart("Distribution functions of three normalised channels", new ChartAxis("output") { Minimum = -4, Maximum = 4 }, new ChartAxis("share below") { Numbers = NumberStyle.Percent, Minimum = 0, Maximum = 1 },
                        [.. Shapes.Select((shape, channel) => Distribution(shape, Column(output, channel)))]),
                    "Three inputs after the same normalisation, without gamma and beta. Were the outputs standard normal, all three curves were one."),
                new PageSection("Moments").Table(new PageTable(
                    [new("input"), new("mean", true), new("variance", true), new("skewness, in and out", true), new("kurtosis, in and out", true), new("distance to normal", true)],
                    [.. Shapes.Select((shape, i) => (IReadOnlyList<string>)[shape, Judge.Number(after[i].Mean), Judge.Number(after[i].Variance), $"{Judge.Number(before[i].Skewness)} / {Judge.Number(after[i].Skewness)}", $"{Judge.Number(before[i].Kurtosis)} / {Judge.Number(after[i].Kurtosis)}", Judge.Number(distances[i])])])
                { Caption = FormattableString.Invariant($"{Count} samples; by chance the distance exceeds {bound:0.000} once in a thousand times") }),
            ],
        };
    }

    private static float[] Features()
    {
        var (normal, uniform, side) = (LayerProbe.Normal(2 * Count, "normal"), LayerProbe.Uniform(Count, "exponential"), LayerProbe.Uniform(Count, "side"));
        var features = new float[Count * Shapes.Length];
        for (var i = 0; i < Count; i++)
        {
            features[Shapes.Length * i] = 3 + (2 * normal[i]);
            features[(Shapes.Length * i) + 1] = -MathF.Log(1 - uniform[i]);
            features[(Shapes.Length * i) + 2] = (0.3f * normal[Count + i]) + (side[i] < 0.5f ? -2 : 2);
        }

        return features;
    }

    private static double[] Column(float[] values, int channel) => [.. Enumerable.Range(0, Count).Select(i => (double)values[(i * Shapes.Length) + channel])];

    private static LineSeries Distribution(string name, double[] values)
    {
        var sorted = values.Order().Where(static (_, i) => i % 16 == 8).ToArray();
        return new LineSeries(name, sorted, [.. sorted.Select((_, i) => (i + 0.5) / sorted.Length)]);
    }

    /// <summary>The largest distance between the empirical distribution function and the standard normal one.</summary>
    private static double DistanceToNormal(double[] values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Select((value, i) => Math.Max(Math.Abs(Gaussian.Below(value) - ((double)i / sorted.Length)), Math.Abs(Gaussian.Below(value) - ((i + 1.0) / sorted.Length)))).Max();
    }

    private readonly record struct Moments(double Mean, double Variance, double Skewness, double Kurtosis)
    {
        public static Moments Of(double[] values)
        {
            var mean = values.Average();
            double Central(int power) => values.Average(value => Math.Pow(value - mean, power));
            var variance = Central(2);
            return new(mean, variance, Central(3) / Math.Pow(variance, 1.5), Central(4) / (variance * variance));
        }
    }
}
