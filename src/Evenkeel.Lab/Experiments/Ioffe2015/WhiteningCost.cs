using System.Diagnostics;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Section 3 of the paper: full whitening is costly, and singular for small batches.</summary>
public sealed class WhiteningCost : Experiment
{
    private const int Samples = 128;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C15", Topics.BatchNorm, "Full whitening costs too much")
    {
        Source = "S1",
        Phrase = "계산량이 많고",
        Question = "How much longer does ZCA whitening of a batch take than batch normalisation, and what if there are fewer samples than features?",
        Criterion = "For 128 samples: at least 10 times longer at 256 features; the ratio grows faster than features^1.5 from 32 to 512; with fewer samples than features the covariance is singular.",
        Cost = new(new(2, 1), new(30, 1), new(30, 1)),
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var repetitions = context.Of(1, 5, 9, 9);
        var sizes = context.Of<int[]>([8, 16], [32, 64, 128, 256, 512], [32, 64, 128, 256, 512], [32, 64, 128, 256, 512]);
        var results = context.Run("timing", [.. sizes.Select(size => new WhiteningTrial(size, Samples, repetitions))]);
        var (whitening, normalisation) = (results.Select(static run => run["whitening"][0]).ToArray(), results.Select(static run => run["normalisation"][0]).ToArray());
        double[] ratios = [.. whitening.Zip(normalisation, static (w, n) => w / n)];
        double[] features = [.. sizes.Select(static size => (double)size)];
        var slope = Lines.Slope([.. features.Select(static value => Math.Log(value))], [.. ratios.Select(static value => Math.Log(value))]);
        var (fewer, rank) = Rank();
        Finding[] findings =
        [
            Judge.AtLeast(FormattableString.Invariant($"time of whitening over normalisation at {sizes[^2]} features"), ratios[^2], 10, "costly"),
            Judge.AtLeast("growth of the ratio: power of the number of features", slope, 1.5, "costly") with { Carries = false },
            new("rank of the covariance of 64 features from 32 samples", "below 64: it has no inverse", FormattableString.Invariant($"{rank} of {fewer}"), "singular", rank < fewer),
        ];
        return Outcome.Of(context, Claim, findings, "Whitening needs the covariance of all features and its inverse root: products of features by features, where normalisation is two sweeps. And with fewer samples than features there is nothing to invert. Normalising every feature by itself gives up the correlations, and keeps what can be had for a few percent of a step.") with
        {
            Evidence =
            [
                new PageSection("Time forward, one thread").Figure(
                    new Chart("Whitening and normalising a batch of 128", new ChartAxis("features") { Scale = AxisScale.Logarithmic }, new ChartAxis("time", "ms") { Scale = AxisScale.Logarithmic },
                        [new LineSeries("ZCA whitening", features, whitening) { Markers = true }, new LineSeries("batch normalisation", features, normalisation) { Markers = true }]),
                    "Medians. The inverse root comes from 20 Newton-Schulz iterations with the library's matrix product; the backward pass of whitening, which is left out, costs more still.")
                .Table(new PageTable([new("features", true), new("whitening, ms", true), new("normalisation, ms", true), new("ratio", true)],
                    [.. sizes.Select((size, i) => (IReadOnlyList<string>)[Judge.Number(size), Judge.Number(whitening[i]), Judge.Number(normalisation[i]), Judge.Number(ratios[i])])])),
            ],
        };
    }

    /// <summary>The rank of the covariance of 64 features from 32 samples, by elimination with pivots in double.</summary>
    private static (int Features, int Rank) Rank()
    {
        const int features = 64, samples = 32;
        var batch = LayerProbe.Normal(samples * features, "singular");
        var means = Enumerable.Range(0, features).Select(f => Enumerable.Range(0, samples).Average(n => (double)batch[(n * features) + f])).ToArray();
        var covariance = new double[features, features];
        for (var i = 0; i < features; i++)
        {
            for (var j = 0; j < features; j++) covariance[i, j] = Enumerable.Range(0, samples).Average(n => (batch[(n * features) + i] - means[i]) * (batch[(n * features) + j] - means[j]));
        }

        return (features, LinearAlgebra.Rank(covariance, 1e-9));
    }

    /// <summary>The two times for one number of features. Series: <c>whitening</c>, <c>normalisation</c>, in milliseconds.</summary>
    private sealed record WhiteningTrial(int Features, int Samples, int Repetitions) : Trial
    {
        public override long Work => Repetitions;

        public override RunKey Key => new RunKey("whitening", 1).Add("features", Features).Add("samples", Samples).Add("repetitions", Repetitions);

        public override IReadOnlyDictionary<string, double[]> Run(TrialContext context)
        {
            var batch = LayerProbe.Normal(Samples * Features, "batch");
            using var zca = new ZcaWhitening(Samples, Features);
            using var probe = new LayerProbe(new BatchNorm(), [Features], Samples);
            var (whitening, normalisation) = (new List<double>(), new List<double>());
            for (var i = -1; i < Repetitions; i++)
            {
                var clock = Stopwatch.StartNew();
                zca.Run(batch);
                var first = clock.Elapsed.TotalMilliseconds;
                clock.Restart();
                probe.Forward(batch);
                var second = clock.Elapsed.TotalMilliseconds;

                // The first round compiles and touches memory.
                if (i < 0) continue;
                whitening.Add(first);
                normalisation.Add(second);
                context.Advance(1);
            }

            return new Dictionary<string, double[]> { ["whitening"] = [Percentiles.Median(whitening)], ["normalisation"] = [Percentiles.Median(normalisation)] };
        }
    }
}
