using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Normalization;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Gamma decides how far a sigmoid's inputs reach into its flat parts.</summary>
public sealed class GammaSaturation : Experiment
{
    private const int Count = 20_000;
    private const double Flat = 4;

    private static readonly float[] Gammas = [0.1f, 0.3f, 1, 1.5f, 2, 3, 5, 10];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C18", Topics.BatchNorm, "Gamma says how much a sigmoid saturates")
    {
        Source = "S4",
        Phrase = "얼마나 saturation을 유발할 것 인지 직접",
        Question = "Does the saturated share of a sigmoid's inputs follow gamma, and does the learnt spread grow as in the paper?",
        Criterion = "The share of inputs beyond 4 rises with every gamma of 0.1 to 10 and equals the normal distribution's within 0.01; over training the spread of a last sigmoid's input grows by two standard errors (paper 2.50 to 3.92).",
        Cost = new(new(5, 2), new(60, 5), new(60, 5)),
        Datasets = [Mnist.Name],
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var features = LayerProbe.Normal(Count, "features");
        double Share(float gamma)
        {
            using var probe = new LayerProbe(new BatchNorm(new BatchNormOptions { Scale = AffineParameter.Fixed(gamma), Shift = AffineParameter.Off }), [1], Count);
            return probe.Forward(features).Count(static value => Math.Abs(value) > Flat) / (double)Count;
        }

        double[] shares = [.. Gammas.Select(Share)];
        double[] expected = [.. Gammas.Select(static gamma => 2 * Gaussian.Below(-Flat / gamma))];
        var (seeds, steps) = (context.Seeds(Claim), context.Of(2, 6000, 20_000, 50_000));
        var runs = context.Run("training", [.. Enumerable.Range(1, seeds).Select(seed => new PerceptronTrial
        {
            BatchNorm = true, Rate = 0.1f, Deviation = 0.1f, Seed = (ulong)seed, Steps = steps, Probes = MnistFigure.Probes(steps),
        })]);
        double Median(Runs.RunResult run, string series) => Percentiles.Median(run[series]);
        var (first, last) = (runs.Select(run => Median(run, "spread_first")).ToArray(), runs.Select(run => Median(run, "spread_last")).ToArray());
        var growth = Sample.OfDifferences(last, first);
        Finding[] findings =
        [
            new("share beyond 4 rises with gamma", "in every step from 0.1 to 10, where it is above 0", string.Join(", ", shares.Select(static share => Judge.Number(share))), "gamma sets saturation", Rises(shares)),
            Judge.AtMost("largest distance from the normal distribution's share", shares.Zip(expected, static (a, b) => Math.Abs(a - b)).Max(), 0.01, "closed form"),
            new("growth of the spread over training", "above 0 by two standard errors", FormattableString.Invariant($"{first.Average():0.00} to {last.Average():0.00}, two standard errors {2 * growth.Error:0.00}"), "2.50 to 3.92", growth.IsAtLeast(0)),
        ];
        double[] gammas = [.. Gammas.Select(static gamma => (double)gamma)];
        return Outcome.Of(context, Claim, findings, "Gamma is the deviation of a sigmoid's input, so it sets how much of it lies in the flat parts: at gamma 1 next to nothing, at 3 a sixth, at 10 two thirds. Training uses that freedom: the spread grows as the network sharpens its decisions. Normalisation does not forbid saturation, it makes it a learnt parameter.") with
        {
            Evidence =
            [
                new PageSection("Saturated share and gamma").Figure(
                    new Chart("Share of a sigmoid's inputs beyond 4", new ChartAxis("gamma") { Scale = AxisScale.Logarithmic }, new ChartAxis("share") { Numbers = NumberStyle.Percent },
                        [new LineSeries("measured", gammas, shares) { Markers = true }, new LineSeries("normal distribution", gammas, expected) { Style = LineStyle.Dashed }])),
                new PageSection("Learnt spread").Figure(
                    new Chart("Input of a typical last sigmoid over training", new ChartAxis("step"), new ChartAxis("input"), [new BandSeries("15th to 85th percentile", runs[0]["probe_step"], runs[0]["typical_p15"], runs[0]["typical_p85"]) { Middle = runs[0]["typical_p50"] }]),
                    "The paper's MNIST network with normalisation, rate 0.1, deviation 0.1, first seed."),
            ],
        };
    }

    private static bool Rises(double[] shares) => Enumerable.Range(1, shares.Length - 1).All(i => shares[i] > shares[i - 1] || shares[i] == 0);
}
