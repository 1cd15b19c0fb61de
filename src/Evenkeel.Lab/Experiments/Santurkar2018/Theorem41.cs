using Evenkeel.Graph.Normalization;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Santurkar2018;

/// <summary>Theorem 4.1 of Santurkar et al. 2018 is an equality, with 1/m at its last term.</summary>
/// <remarks>arXiv 1805.11604, version 3, prints 1/sqrt(m) there.</remarks>
public sealed class Theorem41 : Experiment
{
    private const int Channels = 32;
    private const float Gamma = 1.7f;

    private static readonly int[] Sizes = [4, 8, 16, 64, 256];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("theorem-4.1", Topics.BatchNorm, "The gradient through batch normalisation is shorter: theorem 4.1")
    {
        Name = "santurkar2018/theorem-4.1",
        Source = "Santurkar et al. 2018, theorem 4.1",
        Phrase = "||∇L̂||² ≤ γ²/σ² (||∇L||² − ⟨1,∇L⟩²/m − ⟨∇L,ŷ⟩²/√m)",
        Question = "Does the bound hold, and with which factor at its last term?",
        Criterion = "With 1/m at the last term both sides are equal to 1e-4; with the printed 1/sqrt(m) the left side never exceeds the right.",
        Cost = Cost.Exact(1),
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var points = Sizes.SelectMany(Terms).ToArray();
        var equality = points.Max(static point => Math.Abs(point.Left - point.Right) / point.Scale);
        var broken = points.Count(static point => point.Left > point.Printed + (1e-4 * point.Scale));
        var shrinkage = points.Average(static point => point.Left / point.Scale);
        Finding[] findings =
        [
            Judge.AtMost("with 1/m: largest difference of both sides, as a share of gamma^2 / sigma^2 |g|^2", equality, 1e-4, "at most"),
            new("with the printed 1/sqrt(m): cases in which the left side is the larger one", "none", FormattableString.Invariant($"{broken} of {points.Length}"), "at most", broken == 0),
        ];
        return Outcome.Of(context, Claim, findings, "With 1/m the statement is not a bound but an equality, and says what normalisation does to a gradient: it takes out its mean and its part along the normalised values, and scales the rest by gamma over sigma. As printed in version 3 it is false.") with
        {
            KeyNumbers = [new("mean of |left| over gamma^2 / sigma^2 |g|^2", Judge.Number(shrinkage), "what is left after two of m directions are gone")],
            Evidence = [new PageSection("Both sides").Figure(
                new Chart("Squared gradient before the normalisation, over gamma^2 / sigma^2 |g|^2", new ChartAxis("right side, with 1/m"), new ChartAxis("left side"),
                    [new MarkerSeries("channels of random batches", [.. points.Select(static point => point.Right / point.Scale)], [.. points.Select(static point => point.Left / point.Scale)]), new LineSeries("equal", [0, 1], [0, 1]) { Style = LineStyle.Dotted }]),
                FormattableString.Invariant($"{Channels} channels each of batches of {string.Join(", ", Sizes)} samples, random inputs and cotangents."))],
        };
    }

    private static IEnumerable<(double Left, double Right, double Printed, double Scale)> Terms(int count)
    {
        var (input, cotangent) = (LayerProbe.Normal(count * Channels, "input", (ulong)count), LayerProbe.Normal(count * Channels, "cotangent", (ulong)count));
        for (var i = 0; i < input.Length; i++) input[i] *= 1 + (0.1f * (i % Channels));
        using var probe = new LayerProbe(new BatchNorm(new BatchNormOptions { Epsilon = 1e-9f, Scale = AffineParameter.Fixed(Gamma), Shift = AffineParameter.Off }), [Channels], count);
        var (output, gradient) = probe.Backward(input, cotangent);
        for (var channel = 0; channel < Channels; channel++)
        {
            double Sum(Func<int, double> of) => Enumerable.Range(0, count).Sum(n => of((n * Channels) + channel));
            var mean = Sum(i => input[i]) / count;
            var variance = Sum(i => (input[i] - mean) * (input[i] - mean)) / count;
            var factor = Gamma * Gamma / variance;
            var (whole, along, ones) = (Sum(i => (double)cotangent[i] * cotangent[i]), Sum(i => cotangent[i] * (double)output[i] / Gamma), Sum(i => cotangent[i]));
            var rest = whole - (ones * ones / count);
            yield return (Sum(i => (double)gradient[i] * gradient[i]), factor * (rest - (along * along / count)), factor * (rest - (along * along / Math.Sqrt(count))), factor * whole);
        }
    }
}
