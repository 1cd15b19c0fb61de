using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Normalization;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Algorithm 2 of the paper, moving averages, and what happens with the test batch's own statistics.</summary>
public sealed class InferenceStatistics : Experiment
{
    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C20", Topics.BatchNorm, "Inference uses statistics of the training data")
    {
        Name = "ioffe2015/algorithm-2",
        Source = "S2, S3, S4",
        Phrase = "test Phase때는 train data에서 기록되어진 mean과 variance",
        Question = "Is a prediction independent of its batch, with moving averages and with the paper's Algorithm 2, and what happens with the batch's own statistics?",
        Criterion = "With both kinds of training statistics a sample's output is bitwise the same in every batch, and their accuracies differ by less than 0.2 points; with the batch's own statistics batches of one class lose at least 10 points; the biased over the unbiased variance is (m - 1) / m to 1e-6.",
        Cost = new(new(3, 2), new(40, 5), new(40, 5)),
        Datasets = [Mnist.Name],
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (seeds, steps) = (context.Seeds(Claim), context.Of(2, 3000, 10_000, 50_000));
        var runs = context.Run("training", [.. Enumerable.Range(1, seeds).Select(seed => new InferenceTrial(new PerceptronTrial { BatchNorm = true, Rate = 0.5f, Deviation = 0.1f, Seed = (ulong)seed, Steps = steps }))]);
        Sample Of(string series) => Sample.Of(runs.Select(run => 100 * run[series][0]));
        var differing = runs.Sum(static run => run["moving_differs"][0] + run["population_differs"][0]);
        var gap = runs.Max(static run => 100 * Math.Abs(run["moving"][0] - run["population"][0]));
        var drop = Sample.OfDifferences(runs.Select(static run => 100 * run["moving"][0]), runs.Select(static run => 100 * run["batch_sorted"][0]));
        Finding[] findings =
        [
            new("predictions that depend on their batch, with either training statistics", "none", Judge.Number(differing), "none", differing == 0),
            Judge.AtMost("largest difference of the two accuracies, in points", gap, 0.2, "none said"),
            new("loss with a batch's own statistics, sorted by class", "at least 10 points, by two standard errors", FormattableString.Invariant($"{drop.Mean:0.0} points, two standard errors {2 * drop.Error:0.0}"), "statistics of the training data are used", drop.IsAtLeast(10)),
            Judge.Near("biased over unbiased variance at 60 samples", VarianceRatio(60), 59.0 / 60, 1e-6, "(m - 1) / m"),
        ];
        string[] names = ["moving", "population", "batch_shuffled", "batch_sorted", "batch_pairs"];
        string[] words = ["moving averages", "Algorithm 2: mean over 100 batches", "own statistics, batches of 256", "own statistics, sorted by class", "own statistics, pairs"];
        return Outcome.Of(context, Claim, findings, "With statistics of the training data a prediction is a function of its sample alone, and moving averages are as good as the paper's Algorithm 2. With the statistics of the batch at hand it depends on the company: in batches of one class the class itself is subtracted, in pairs little but signs is left.") with
        {
            Evidence = [new PageSection("Accuracy by the statistics of inference").Figure(
                new BarChart("Test accuracy", new ChartAxis("accuracy", "%"), words, [new BarSeries("mean over the seeds", [.. names.Select(name => Of(name).Mean)])]),
                FormattableString.Invariant($"The paper's MNIST network after {steps:N0} steps, {seeds} seeds. A batch of one cannot be normalised by itself: its output is beta, whatever the sample, and training refuses it."))
                .Table(new PageTable([new("statistics"), new("accuracy, %", true), new("two standard errors", true)], [.. names.Select((name, i) => (IReadOnlyList<string>)[words[i], FormattableString.Invariant($"{Of(name).Mean:0.00}"), FormattableString.Invariant($"{2 * Of(name).Error:0.00}")])]))],
        };
    }

    /// <summary>The ratio that the library's two estimators give, from one commit of a moving average.</summary>
    private static double VarianceRatio(int count)
    {
        double Variance(VarianceEstimator estimator)
        {
            using var probe = new StatisticsProbe(new BatchNormOptions { VarianceEstimator = estimator }, count);
            return probe.Variance(LayerProbe.Normal(count, "variance"));
        }

        return Variance(VarianceEstimator.Population) / Variance(VarianceEstimator.Sample);
    }
}
