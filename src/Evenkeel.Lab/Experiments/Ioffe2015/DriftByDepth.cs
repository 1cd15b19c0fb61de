using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>The drift of every layer's inputs over the first 200 steps.</summary>
public sealed class DriftByDepth : Experiment
{
    private const double LeastCorrelation = 0.5;
    private const double LeastShare = 0.8;

    private static readonly string[] Activations = ["tanh", "relu", "sigmoid"];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C02", Topics.BatchNorm, "Deeper layers drift more")
    {
        Source = "S0",
        Phrase = "층이 깊어질 수록 변화가 커져",
        Question = "In a network of ten layers without normalisation, do the inputs of deeper layers change more over 200 steps?",
        Criterion = "Spearman's correlation of depth and drift (change of mean plus change of deviation on fixed samples) above 0.5 in at least four of five seeds, for tanh and for ReLU. The sigmoid, which does not learn at this depth, is reported.",
        Cost = new(new(8, 5), new(30, 5), new(60, 10)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 200, 200, 200);
        var runs = new PairedRuns<string>(context, Claim, "training", Activations, (activation, seed) => Workload.MnistDeep(activation) with { Rate = 0.03f, Steps = steps, Seed = seed, Looks = [0, steps] });
        static double Correlation(RunResult run)
        {
            var drift = Last(run);
            return Lines.Spearman([.. Enumerable.Range(0, drift.Length).Select(static layer => (double)layer)], drift);
        }

        Finding Judged(string activation)
        {
            var correlations = runs[activation].Select(Correlation).ToArray();
            var share = correlations.Count(static value => value > LeastCorrelation) / (double)correlations.Length;
            return new($"{activation}: seeds with a correlation of depth and drift above 0.5", "at least four of five", FormattableString.Invariant($"{share:0%}; mean correlation {Judge.WithSpread(Sample.Of(correlations))}"), "deeper layers change more", share >= LeastShare)
            {
                Carries = activation != "sigmoid",
            };
        }

        double[] layers = [.. Enumerable.Range(1, 10).Select(static layer => (double)layer)];
        return Outcome.Of(context, Claim, [.. Activations.Select(activation => activation == "sigmoid" ? Judged(activation) with { Holds = null } : Judged(activation))], "Which layer drifts most is decided by how first weights and nonlinearity pass signals and gradients on, not by depth as such: the verdict is about these networks, with their usual first weights, at this rate.") with
        {
            Evidence = [new PageSection("Drift by layer").Figure(
                new Chart("Change of mean plus change of deviation over 200 steps", new ChartAxis("hidden layer"), new ChartAxis("drift"), [.. Activations.Select(activation => new LineSeries(activation, layers, [.. layers.Select((_, layer) => runs.Of(activation, run => Last(run)[layer]).Mean)]) { Markers = true })]),
                FormattableString.Invariant($"784-100x10-10 without normalisation, rate 0.03, batches of 128, mean of {runs.Seeds} seeds, measured on 500 test images."))],
        };
    }

    private static double[] Last(RunResult run) => run["look_drift"][^(int)run["look_layers"][0]..];
}
