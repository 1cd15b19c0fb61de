using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Normalization;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Section 2 of the paper: where the gradient ignores the statistics, the bias grows for nothing.</summary>
public sealed class LostBias : Experiment
{
    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C13", Topics.BatchNorm, "Statistics must be a part of the graph: the lost bias")
    {
        Name = "ioffe2015/lost-bias",
        Source = "S0, S1, S3",
        Phrase = "normalization을 모델 구조의 일부로",
        Question = "If the gradient ignores that the mean depends on the bias, does the bias grow without changing the loss, and does it stay where it is otherwise?",
        Criterion = "Statistics as constants: the bias grows linearly (deviation from a line below 1e-4 of it) while the loss changes by less than 1e-6. In the graph: the bias moves by less than 1e-6. A whole network trained without the gradient through the statistics loses at least 5 points of accuracy, or its weights at least double in norm against those trained with it.",
        Cost = new(new(3, 2), new(60, 5), new(60, 5)),
        Datasets = [Mnist.Name],
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var constant = BiasUnderNormalization.Run(StatisticsGradient.None);
        var graph = BiasUnderNormalization.Run(StatisticsGradient.Full);
        var last = constant.Bias[^1];
        var line = Enumerable.Range(0, constant.Bias.Length).Max(i => Math.Abs(constant.Bias[i] - (last * (i + 1) / constant.Bias.Length)));

        var seeds = context.Seeds(Claim);
        PerceptronTrial Trial(StatisticsGradient gradient, int seed) => new()
        {
            Pixels = PixelScale.Unit,
            Hidden = [256, 256],
            Activation = "relu",
            BatchNorm = true,
            Normalization = BatchNormOptions.Default with { StatisticsGradient = gradient },
            Rate = 0.5f,
            BatchSize = 128,
            Steps = context.Of(2, 500, 1400, 1400),
            Checkpoints = [context.Of(2, 500, 1400, 1400)],
            Seed = (ulong)seed,
        };
        var results = context.Run("whole network", [.. Enumerable.Range(1, seeds).SelectMany(seed => (PerceptronTrial[])[Trial(StatisticsGradient.Full, seed), Trial(StatisticsGradient.None, seed)])]);
        double[] Of(string series, int from) => [.. Enumerable.Range(0, seeds).Select(i => results[(2 * i) + from].Last(series))];
        var (fullAccuracy, noneAccuracy) = (Sample.Of(Of("accuracy", 0)), Sample.Of(Of("accuracy", 1)));
        var (fullNorm, noneNorm) = (Sample.Of(Of("weight_norm", 0)), Sample.Of(Of("weight_norm", 1)));
        var refused = Of("refused", 1).Sum();
        var drop = Sample.OfDifferences(Of("accuracy", 0).Select(static share => 100 * share), Of("accuracy", 1).Select(static share => 100 * share));
        Finding[] findings =
        [
            Judge.Near("statistics as constants: the bias after 100 steps", last, BiasUnderNormalization.Rate * BiasUnderNormalization.Steps, 1e-4, "10.0 exactly"),
            Judge.AtMost("statistics as constants: distance from a straight line", line, 1e-4 * Math.Abs(last)),
            Judge.AtMost("statistics as constants: change of the loss", constant.Loss.Max() - constant.Loss.Min(), 1e-6, "none"),
            Judge.AtMost("statistics in the graph: largest bias", graph.Bias.Max(Math.Abs), 1e-6, "0"),
            new("a whole network without the gradient through the statistics", "at least 5 points lower, or weights at least twice as large",
                FormattableString.Invariant($"{Judge.WithSpread(drop)} points lower, weights {noneNorm.Mean / fullNorm.Mean:0.00} times as large, {refused} steps not finite"), "blow-up", drop.Mean >= 5 || noneNorm.Mean >= 2 * fullNorm.Mean || refused > 0),
        ];
        double[] steps = [.. Enumerable.Range(1, BiasUnderNormalization.Steps).Select(static step => (double)step)];
        return Outcome.Of(context, Claim, findings, "The statistics must be differentiated through. Where they are taken for constants, descent moves the bias in every step and the normalisation takes the move back: parameters grow without end while the loss stays. A whole network shows how much of it matters in practice.") with
        {
            Evidence =
            [
                new PageSection("The bias of one normalised feature").Figure(
                    new Chart("Bias over training", new ChartAxis("step"), new ChartAxis("bias"), [new LineSeries("statistics in the graph", steps, graph.Bias), new LineSeries("statistics as constants", steps, constant.Bias)]),
                    "Section 2 of [the paper](https://arxiv.org/abs/1502.03167): the gradient by the output is the same in every step. The loss stays the same to single precision in both cases."),
                new PageSection("A whole network").Table(new PageTable(
                    [new("gradient through the statistics"), new("test accuracy", true), new("norm of the weights", true)],
                    [Row("yes", fullAccuracy, fullNorm), Row("no", noneAccuracy, noneNorm)])
                { Caption = "784-256-256-10, ReLU, batch 128, rate 0.5; mean over the seeds and two standard errors" }),
            ],
        };
    }

    private static IReadOnlyList<string> Row(string name, Sample accuracy, Sample norm) =>
        [name, FormattableString.Invariant($"{100 * accuracy.Mean:0.00}% ± {200 * accuracy.Error:0.00}"), FormattableString.Invariant($"{norm.Mean:0.00} ± {2 * norm.Error:0.00}")];
}
