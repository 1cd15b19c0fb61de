using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Statistics;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Santurkar2018;

/// <summary>Figure 3 of the paper: internal covariate shift as a change of gradients, Definition 2.1, with and without batch normalisation.</summary>
public sealed class GradientShiftClaim : Experiment
{
    private const int Last = 500;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C04", Topics.BatchNorm, "Batch normalisation may not reduce internal covariate shift, in the sense of gradients")
    {
        Name = "santurkar2018/covariate-shift",
        Source = "S0; Santurkar et al. 2018, section 2.2, figure 3",
        Phrase = "ICS를 감소시키지 않을 수 있다",
        Question = "Is the gradient of a layer changed more by the update of the layers below with batch normalisation than without (Santurkar et al. 2018, definition 2.1)?",
        Criterion = "Steps 0 to 500 at the same learning rate, convolutional network (middle and last layer) and deep linear network (layers 9 and 17), mean over seeds: median l2 distance with normalisation above that without, and median cosine lower.",
        Cost = new(new(65, 2), new(4000, 5), new(26_000, 5)),
        Datasets = [Cifar10.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var convolutional = SanturkarRuns.Convolutional(context, Claim, SanturkarRuns.Plain, SanturkarRuns.Normalised);
        var linear = SanturkarRuns.Linear(context, Claim, SanturkarRuns.Plain, SanturkarRuns.Normalised);
        List<Finding> findings = [];
        List<PageSection> evidence = [];
        List<KeyNumber> numbers = [];
        foreach (var (network, runs, layers) in new[] { ("convolutional", convolutional, new[] { "middle", "last" }), ("linear", linear, ["9", "17"]) })
        {
            for (var i = 0; i < layers.Length; i++)
            {
                var (shift, cosine, norm) = (FormattableString.Invariant($"shift{i}"), FormattableString.Invariant($"cosine{i}"), FormattableString.Invariant($"norm{i}"));
                Sample Of(string normalization, string series) => Sample.Of(runs[normalization].Select(run => SanturkarRuns.Median(run, series, static step => step <= Last)));
                var (plain, normalised) = (Of(SanturkarRuns.Plain, shift), Of(SanturkarRuns.Normalised, shift));
                var (plainCosine, normalisedCosine) = (Of(SanturkarRuns.Plain, cosine), Of(SanturkarRuns.Normalised, cosine));
                var name = $"{network}, layer {layers[i]}";
                findings.Add(new($"{name}: median distance", "larger with normalisation", $"{Judge.WithSpread(normalised)} with, {Judge.WithSpread(plain)} without", network == "linear" ? "larger early" : "0.72 and 0.16 at step 500", Decided(normalised, plain, normalised.Mean > plain.Mean)));
                findings.Add(new($"{name}: median cosine", "lower with normalisation", $"{Judge.WithSpread(normalisedCosine)} with, {Judge.WithSpread(plainCosine)} without", network == "linear" ? "mixed" : "0.46 and 0.71 at step 500", Decided(normalisedCosine, plainCosine, normalisedCosine.Mean < plainCosine.Mean)));
                double Relative(string normalization) => runs[normalization].Average(run => SanturkarRuns.MedianOf(run, place => run[shift][place] / run[norm][place], static step => step <= Last));
                numbers.Add(new($"{name}: distance over length of the gradient", $"{Judge.Number(Relative(SanturkarRuns.Normalised))} / {Judge.Number(Relative(SanturkarRuns.Plain))}", "with / without; the scale of the gradients taken out"));
            }

            double Late(string normalization) => runs[normalization].Average(run => SanturkarRuns.MedianOf(run, place => run["shift1"][place], step => step <= Last && LossAt(run, step) < run["probe_loss"][0] / 2));
            numbers.Add(new($"{network}: distance where the loss is below half of the first", $"{Judge.Number(Late(SanturkarRuns.Normalised))} / {Judge.Number(Late(SanturkarRuns.Plain))}", "with / without, later of the two layers"));
            evidence.Add(Figure(network, layers[1], runs));
        }

        return Outcome.Of(context, Claim, findings, "Measured as a change of gradients, which is what optimisation feels, internal covariate shift is not what batch normalisation takes away: look at the distance together with the length of the gradient, which normalisation changes as well. The network in which each layer's gradient is moved more by the layers below it can be the one that learns faster.") with
        {
            KeyNumbers = numbers,
            Evidence = evidence,
        };
    }

    private static double LossAt(RunResult run, double step) => run["probe_loss"][Array.IndexOf(run["probe_step"], step)];

    private static bool? Decided(Sample a, Sample b, bool holds) => double.IsNaN(a.Mean) || double.IsNaN(b.Mean) ? null : holds;

    private static PageSection Figure(string network, string layer, Dictionary<string, RunResult[]> runs)
    {
        LineSeries Line(string normalization, string series) => new(normalization == SanturkarRuns.Plain ? "without" : "with normalisation", runs[normalization][0]["probe_step"], runs[normalization][0][series]);
        return new PageSection(network == "linear" ? "Deep linear network" : "Convolutional network")
            .Figure(new Chart($"Distance of the gradients of layer {layer}", new ChartAxis("step"), new ChartAxis("|G - G'|") { Scale = AxisScale.Logarithmic }, [Line(SanturkarRuns.Plain, "shift1"), Line(SanturkarRuns.Normalised, "shift1")]), "First seed. G is the gradient at a batch before a step, G' the gradient at the same batch with the layers below as the step left them.")
            .Figure(new Chart($"Cosine between the gradients of layer {layer}", new ChartAxis("step"), new ChartAxis("cosine"), [Line(SanturkarRuns.Plain, "cosine1"), Line(SanturkarRuns.Normalised, "cosine1")]));
    }
}
