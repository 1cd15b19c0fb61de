using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Santurkar2018;

/// <summary>Figure 5 of the paper: normalisation by the average l1, l2 and l-infinity norm trains as batch normalisation does.</summary>
public sealed class OtherNorms : Experiment
{
    private const double Near = 0.05, Ahead = 0.1;

    private static readonly string[] Norms = ["batch-l1", "batch-l2", "batch-max"];

    // In the order of none, batch normalisation and the norms.
    private static readonly string[] Paper = ["Standard", "BN", "L1", "L2", "Linf"];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C07", Topics.BatchNorm, "Other normalisations have a similar effect")
    {
        Name = "santurkar2018/other-norms",
        Source = "S0; Santurkar et al. 2018, section 3.3, figure 5",
        Phrase = "다른 Normalization도 유사한 효과",
        Question = "Do l1, l2 and maximum normalisation train as fast as batch normalisation?",
        Criterion = "Accuracy on training samples, mean over seeds: all of them within 5 points of batch normalisation at steps 500 and 1000, and at least 10 above none; deep linear network: final loss of l1 below batch normalisation's.",
        Cost = new(new(95, 2), new(10_000, 5), new(63_000, 5)),
        Datasets = [Cifar10.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        string[] names = [SanturkarRuns.Plain, SanturkarRuns.Normalised, .. Norms];
        var runs = SanturkarRuns.Convolutional(context, Claim, names);
        var linear = SanturkarRuns.Linear(context, Claim, SanturkarRuns.Plain, SanturkarRuns.Normalised, Norms[0]);
        var checkpoints = SanturkarRuns.Checkpoints(SanturkarRuns.Steps(context));
        double Accuracy(string name, int step) => SanturkarRuns.Accuracy(runs[name], checkpoints, step);
        var judged = checkpoints.Where(static step => step is 500 or 1000).ToArray();
        Sample[] Leads(string behind) => [.. Norms.SelectMany(name => judged.Select(step => SanturkarRuns.Lead(runs[name], runs[behind], checkpoints, step))).DefaultIfEmpty(Sample.Of([double.NaN]))];
        var farthest = Leads(SanturkarRuns.Normalised).MaxBy(static lead => Math.Abs(lead.Mean));
        Sample Loss(string name) => Sample.Of(linear[name].Select(static run => run.Last("loss")));
        var (l1, batch) = (Loss(Norms[0]), Loss(SanturkarRuns.Normalised));
        Finding[] findings =
        [
            Judge.AtMost("largest distance from batch normalisation, steps 500 and 1000", farthest with { Mean = Math.Abs(farthest.Mean) }, Near, "0.01 to 0.04"),
            Judge.AtLeast("least lead over none there", Leads(SanturkarRuns.Plain).MinBy(static lead => lead.Mean), Ahead, "0.30 and 0.32"),
            new("linear network: final loss of l1 and batch normalisation", "lower with l1", $"{Judge.WithSpread(l1)} and {Judge.WithSpread(batch)}", "94 and 463", double.IsNaN(l1.Mean) || double.IsNaN(batch.Mean) ? null : l1.Mean < batch.Mean),
        ];
        string[] words = ["none", "batch normalisation", "l1", "l2", "maximum"];
        double[] steps = [.. checkpoints.Select(static step => (double)step)];
        LineSeries Descent(string word, string name) => new(word, linear[name][0]["step"], linear[name][0]["loss"]);
        return Outcome.Of(context, Claim, findings, "Dividing by another norm does not give mean 0 and variance 1, and what comes out is far from normal. Where such networks train alike, the exact statistics of the activations are not what matters; that the scale of the weights no longer sets the scale of the activations is what these normalisations share. The lead over no normalisation needs a network that is in trouble without it: three convolutions are not, the VGG network of the longer budgets is.") with
        {
            KeyNumbers =
            [
                new("accuracy on training samples at the last checkpoint", string.Join(", ", names.Select(name => Judge.Number(Accuracy(name, checkpoints[^1])))), "none, batch, l1, l2, maximum"),
                new("mean training loss between the last two checkpoints", string.Join(", ", names.Select(name => Judge.Number(SanturkarRuns.Accuracy(runs[name], checkpoints, checkpoints[^1], "train_loss")))), "the same order; with the statistics of training"),
            ],
            Evidence =
            [
                new PageSection("Convolutional network").Figure(
                    new Chart("Accuracy on 1,000 training samples, as in inference", new ChartAxis("step"), new ChartAxis("accuracy") { Numbers = NumberStyle.Percent },
                        [
                            .. names.Select((name, i) => new LineSeries(words[i], steps, [.. checkpoints.Select(step => Accuracy(name, step))]) { Markers = true }),
                            .. Paper.Select((name, i) => PaperFigures.Of("5a", name).Dashed(i == 0 ? "the same, paper" : "", i, steps[^1], scale: 0.01)),
                        ]),
                    $"{SanturkarRuns.NetworkOf(context)}, rate 0.1, mean over seeds. Dashed: figure 5a of the paper, a VGG network."),
                new PageSection("Deep linear network").Figure(
                    new Chart("Loss of 25 linear layers", new ChartAxis("step"), new ChartAxis("summed loss") { Scale = AxisScale.Logarithmic },
                        [
                            Descent("none", SanturkarRuns.Plain), Descent("batch normalisation", SanturkarRuns.Normalised), Descent("l1", Norms[0]),
                            .. Paper.Take(3).Select((name, i) => PaperFigures.Of("5b", name).Dashed(i == 0 ? "the same, paper" : "", i, linear[SanturkarRuns.Plain][0]["step"][^1])),
                        ]), "First seed, rate 1e-6 for the summed loss. Dashed: figure 5b of the paper, whose loss begins at a third of ours: it does not say how large A is."),
            ],
        };
    }
}
