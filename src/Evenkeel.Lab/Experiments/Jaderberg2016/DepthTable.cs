using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;
using Evenkeel.Training.Decoupled;

namespace Evenkeel.Lab.Experiments.Jaderberg2016;

/// <summary>Table 1 of the paper, the rows of fully connected networks on MNIST: 3 to 6 layers, every hidden one decoupled.</summary>
public sealed class DepthTable : Experiment
{
    internal const double MostShare = 0.5;
    internal const double MostGap = 0.015;
    internal const double LeastRank = 0.8;

    private static readonly int[] Depths = [3, 4, 5, 6];
    private static readonly GradientSource[] Sources = [GradientSource.None, GradientSource.Backpropagation, GradientSource.Synthetic, GradientSource.Conditioned];

    // Test errors of the table, in the order of Sources, depth by depth.
    private static readonly double[][] Paper = [[0.093, 0.020, 0.019, 0.022], [0.126, 0.018, 0.022, 0.019], [0.162, 0.018, 0.034, 0.017], [0.214, 0.018, 0.043, 0.016]];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C73", Topics.Decoupled, "Synthetic gradients train layers")
    {
        Name = "jaderberg2016/table1",
        Source = "S0; Jaderberg et al. 2016, table 1",
        Phrase = "합성 그래디언트를 만들어 레이어의 파라미터를 학습",
        Question = "Do networks of 3 to 6 layers learn with synthetic gradients?",
        Criterion = "Test error, mean over the seeds, at every depth of 3 to 6 layers: with DNI below half of that without backpropagation, with conditioned DNI at most 1.5 points above backpropagation. DNI's error grows with depth (Spearman above 0.8), conditioned DNI's does not.",
        Cost = new(new(85, 1), new(600, 5), new(200_000, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (seeds, steps) = (context.Seeds(Claim), context.Of(2, 1800, 4800, 500_000));
        var results = context.Run("depths and sources of gradients", [.. Depths.SelectMany(depth => Sources.SelectMany(source => Enumerable.Range(1, seeds).Select(seed => DecoupledRuns.Trial(context.Budget, source, depth, seed, steps))))]);
        var errors = Depths.Select((_, d) => Sources.Select((_, s) => Sample.Of(results.Skip(((d * Sources.Length) + s) * seeds).Take(seeds).Select(static run => run.Last("error")))).ToArray()).ToArray();
        var findings = Judged([.. errors.Select(static row => row.Select(static sample => sample.Mean).ToArray())]);
        return Outcome.Of(context, Claim, findings, "A linear module that sees the label predicts gradients well enough to come near backpropagation at any of these depths. One that sees only the layer's output must guess what the label says: it still trains the layers, but much more slowly, and its errors add up from layer to layer.") with
        {
            Evidence = Evidence(errors, steps, seeds),
            Facts = [("steps", FormattableString.Invariant($"{steps:N0}")), ("updates that were not finite", FormattableString.Invariant($"{results.Sum(static run => run["refused"][0])}"))],
        };
    }

    /// <summary>Judges mean errors by depth, then source.</summary>
    internal static Finding[] Judged(double[][] errors)
    {
        var share = errors.Max(static row => row[2] / row[0]);
        var gap = errors.Max(static row => row[3] - row[1]);
        double[] depths = [.. Depths.Select(static depth => (double)depth)];
        var (growth, conditioned) = (Lines.Spearman(depths, [.. errors.Select(static row => row[2])]), Lines.Spearman(depths, [.. errors.Select(static row => row[3])]));
        return
        [
            new("DNI's error as a share of that without backpropagation, at the worst depth", "below 0.5", Judge.Number(share), "0.2", share < MostShare),
            new("cDNI's error above that of backpropagation, in points, at the worst depth", "at most 1.5", Judge.Number(100 * gap), "0.2", gap <= MostGap),
            new("Spearman of depth and DNI's error", "above 0.8", Judge.Number(growth), "1", growth > LeastRank),
            new("Spearman of depth and cDNI's error", "at most 0.8", Judge.Number(conditioned), "-1", !(conditioned > LeastRank)),
        ];
    }

    private static PageSection[] Evidence(Sample[][] errors, int steps, int seeds)
    {
        double[] depths = [.. Depths.Select(static depth => (double)depth)];
        IEnumerable<LineSeries> Lines(int source) =>
        [
            new LineSeries(DecoupledRuns.NameOf(Sources[source]), depths, [.. errors.Select(row => row[source].Mean)]) { Color = source, Markers = true },
            new LineSeries($"{DecoupledRuns.NameOf(Sources[source])}, paper", depths, [.. Paper.Select(row => row[source])]) { Color = source, Style = LineStyle.Dashed },
        ];
        string Cell(Sample sample) => sample.Count < 2 ? DecoupledRuns.Percent(sample.Mean) : FormattableString.Invariant($"{100 * sample.Mean:0.00}% ± {200 * sample.Error:0.00}");
        return
        [
            new PageSection("Test error by depth")
                .Figure(new Chart("Test error on MNIST", new ChartAxis("layers"), new ChartAxis("test error") { Numbers = NumberStyle.Percent, Minimum = 0 }, [.. Enumerable.Range(0, Sources.Length).SelectMany(Lines)]) { Width = 900, Height = 420 },
                    FormattableString.Invariant($"Unbroken: here, mean over {seeds} seeds after {steps:N0} steps. Dashed: the paper, after 500,000 steps of 256."))
                .Table(new PageTable([new("layers", true), .. Sources.Select(static source => new TableColumn(DecoupledRuns.NameOf(source), true))],
                    [.. Depths.Select((depth, d) => (IReadOnlyList<string>)[FormattableString.Invariant($"{depth}"), .. errors[d].Select(Cell)])])
                { Caption = "Test error, with two standard errors where there are several seeds" }),
            new PageSection("Set-up").List(
                "784-256-...-256-10, batch normalisation and ReLU behind every hidden layer, every hidden layer decoupled, Adam, as in [the paper](https://arxiv.org/abs/1608.05343). The rate falls to a tenth at six tenths and at eight tenths of the steps.",
                "Modules: linear with the label; two hidden layers without it, batch-normalised and rectified (1024 units in the paper and in the full budget, 256 elsewhere). Their last layer starts at zero.",
                "Shorter runs than the paper's take 100 samples per step and higher rates: 0.001, and 0.0003 for DNI, chosen once on a seed that no verdict uses."),
        ];
    }
}
