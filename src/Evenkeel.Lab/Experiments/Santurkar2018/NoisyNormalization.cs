using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Santurkar2018;

/// <summary>Figure 2 of the paper: batch normalisation whose results are moved by noise at every step trains as fast as without the noise.</summary>
public sealed class NoisyNormalization : Experiment
{
    private const double Near = 0.05, Ahead = 0.05, Chance = 0.2;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C05", Topics.BatchNorm, "Batch normalisation's success and internal covariate shift are not connected")
    {
        Name = "santurkar2018/noisy",
        Source = "S0; Santurkar et al. 2018, section 2.1, figure 2",
        Phrase = "사이에는 연관이 없음",
        Question = "Does a network whose normalised values are disturbed by noise at every step, so that they shift more than without normalisation, still train as fast as with it?",
        Criterion = "Accuracy on training samples, mean over seeds: noisy at most 5 points below normalised at every checkpoint and at least 5 above plain at steps 500 to 1000; its moments drift more than the plain network's; the same noise without normalisation stays below 20%.",
        Cost = new(new(90, 2), new(8000, 5), new(51_000, 5)),
        Datasets = [Cifar10.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        string[] names = [SanturkarRuns.Plain, SanturkarRuns.Normalised, SanturkarRuns.Noisy, SanturkarRuns.NoiseAlone];
        var runs = SanturkarRuns.Convolutional(context, Claim, names);
        var checkpoints = SanturkarRuns.Checkpoints(SanturkarRuns.Steps(context));
        double Accuracy(string name, int step) => SanturkarRuns.Accuracy(runs[name], checkpoints, step);
        Sample Lead(string ahead, string behind, int step) => SanturkarRuns.Lead(runs[ahead], runs[behind], checkpoints, step);
        Sample Drift(string name) => Sample.Of(runs[name].Select(static run => SanturkarRuns.Median(run, "drift", static step => step > 0)));
        var worst = checkpoints.Select(step => Lead(SanturkarRuns.Normalised, SanturkarRuns.Noisy, step)).MaxBy(static sample => sample.Mean);
        var middle = checkpoints.Where(static step => step is >= 500 and <= 1000).ToArray();
        var lead = middle.Length == 0 ? Sample.Of([double.NaN]) : middle.Select(step => Lead(SanturkarRuns.Noisy, SanturkarRuns.Plain, step)).MinBy(static sample => sample.Mean);
        var control = checkpoints.Select(step => SanturkarRuns.Accuracies(runs[SanturkarRuns.NoiseAlone], checkpoints, step)).MaxBy(static sample => sample.Mean);
        var (noisyDrift, plainDrift) = (Drift(SanturkarRuns.Noisy), Drift(SanturkarRuns.Plain));
        Finding[] findings =
        [
            Judge.AtMost("noisy behind normalised, worst checkpoint", worst, Near, "at most 0.04 from step 500 on, 0.10 at steps 100 and 250"),
            Judge.AtLeast("noisy ahead of plain, steps 500 to 1000", lead, Ahead, "0.26 to 0.28"),
            new("drift of moments, noisy and plain", "larger with noise", $"{Judge.WithSpread(noisyDrift)} and {Judge.WithSpread(plainDrift)}", "larger with noise", double.IsNaN(noisyDrift.Mean) || double.IsNaN(plainDrift.Mean) ? null : noisyDrift.Mean > plainDrift.Mean),
            Judge.AtMost("the noise without normalisation, best checkpoint", control, Chance, "does not train"),
        ];
        double[] steps = [.. checkpoints.Select(static step => (double)step)];
        string[] words = ["without normalisation", "normalised", "normalised, then noise", "noise alone"];
        return Outcome.Of(context, Claim, findings, "The noise gives every unit of every layer another mean and deviation at every step, so the inputs of the layers behind shift far more than in a plain network. What that costs the normalised network is the first finding, what is left of its lead the second: where the lead stays, steadier inputs cannot be the whole reason for it. The third compares the shift itself, the fourth what the noise does alone. Look at the plain network first: where it trains as fast as the normalised one, as three convolutions do, there is no lead that noise could leave or take.") with
        {
            KeyNumbers =
            [
                new("accuracy on training samples at the last checkpoint", string.Join(", ", names.Select(name => Judge.Number(Accuracy(name, checkpoints[^1])))), "plain, normalised, noisy, noise alone"),
                new("accuracy on test samples there", string.Join(", ", names.Select(name => Judge.Number(SanturkarRuns.Accuracy(runs[name], checkpoints, checkpoints[^1], "test_accuracy")))), "the same order"),
                new("mean training loss between the last two checkpoints", string.Join(", ", names.Select(name => Judge.Number(SanturkarRuns.Accuracy(runs[name], checkpoints, checkpoints[^1], "train_loss")))), "the same order; with the statistics, and the noise, of training"),
            ],
            Evidence = [new PageSection("Training accuracy").Figure(
                new Chart("Accuracy on 1,000 training samples, as in inference", new ChartAxis("step"), new ChartAxis("accuracy") { Numbers = NumberStyle.Percent },
                    [
                        .. names.Select((name, i) => new LineSeries(words[i], steps, [.. checkpoints.Select(step => Accuracy(name, step))]) { Markers = true }),
                        .. ((string[])["Standard", "BN", "NoisyBN"]).Select((name, i) => PaperFigures.Of("2", name).Dashed($"{words[i]}, paper", i, steps[^1], scale: 0.01)),
                    ]),
                $"{SanturkarRuns.NetworkOf(context)}, rate 0.1, mean over seeds. Dashed: figure 2 of the paper, a VGG network. Noise as in algorithm 1 of the appendix: 0.5, 1.25, 0.1, 0.1.")],
        };
    }
}
