using System.Collections.Immutable;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>The runs of the paper's MNIST network in which the inputs of its last sigmoids are followed; two claims share them.</summary>
internal static class DriftRuns
{
    private const int Probes = 60;

    public static PairedRuns<bool> Train(ExperimentContext context, Claim claim, params ImmutableArray<bool> normalised)
    {
        var steps = context.Of(2, 6000, 20_000, 50_000);
        return new(context, claim, "training", normalised, (isNormalised, seed) => new PerceptronTrial
        {
            BatchNorm = isNormalised,
            Rate = 0.3f,
            Deviation = 0.05f,
            Seed = seed,
            Steps = steps,
            Checkpoints = [steps],
            Probes = Workload.Every(steps, Probes),
        });
    }

    /// <summary>The median of a number over all units of all seeds.</summary>
    public static double Median(IReadOnlyList<RunResult> runs, Func<RunResult, int, double> of) =>
        Percentiles.Median(runs.SelectMany(run => Enumerable.Range(0, run["median_range"].Length).Select(unit => of(run, unit))));

    /// <summary>The three percentiles of the typical unit of the first seed.</summary>
    public static Chart Chart(string title, RunResult run) => new(title, new ChartAxis("step"), new ChartAxis("input of the sigmoid"),
        [new LineSeries("85%", run["probe_step"], run["typical_p85"]), new LineSeries("50%", run["probe_step"], run["typical_p50"]), new LineSeries("15%", run["probe_step"], run["typical_p15"])]);

    public static PageSection Section(params ReadOnlySpan<Chart> charts)
    {
        var section = new PageSection("The inputs of a typical sigmoid of the last hidden layer");
        foreach (var chart in charts) section.Figure(chart, "Percentiles over 1,000 test images in inference, first seed; the unit is the one whose range of the median is the layer's median. 784-100-100-100-10, rate 0.3, first weights of deviation 0.05.");
        return section;
    }
}
