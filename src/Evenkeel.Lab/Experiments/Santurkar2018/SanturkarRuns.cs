using System.Collections.Immutable;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Lab.Workloads;

namespace Evenkeel.Lab.Experiments.Santurkar2018;

/// <summary>The runs that the claims of Santurkar et al. 2018 share: what one has trained, the others find.</summary>
/// <remarks>
/// The paper trains a VGG-like network for 15,000 steps of 128 images at rate 0.1, and a deep linear network at 1e-6. The full budget does that with VGG-A and all of CIFAR-10, the standard one for 3,000 steps with VGG-S, which has a quarter of its width;
/// the quick one has three convolutions, 10,000 images and batches of 64. The linear network is the paper's.
/// The landscape is looked at every 20 steps of the first part of a run, from step 0 on.
/// </remarks>
internal static class SanturkarRuns
{
    public const string Plain = "none", Normalised = "batch", Noisy = "batch-noisy", NoiseAlone = "noise";

    /// <summary>Between two looks.</summary>
    private const int Every = 20;

    private static readonly ImmutableArray<int> VggA = [64, 128, 256, 256, 512, 512, 512, 512, 512, 512];

    public static int Steps(ExperimentContext context) => context.Of(2, 1000, 3000, 15_000);

    public static int LinearSteps(ExperimentContext context) => context.Of(3, 10_000, 10_000, 10_000);

    public static ImmutableArray<int> Checkpoints(int steps) =>
        [.. ((int[])[100, 250, 500, 750, 1000, 2000, 3000, 5000, 10_000, 15_000]).Where(step => step <= steps).DefaultIfEmpty(steps)];

    /// <summary>The convolutional network of a budget, for captions.</summary>
    public static string NetworkOf(ExperimentContext context) => context.Budget switch
    {
        Budget.Full => "VGG-A on CIFAR-10, batches of 128",
        Budget.Standard => "VGG-S, a quarter of VGG-A's width, on CIFAR-10, batches of 128",
        _ => "Three convolutions on 10,000 images of CIFAR-10, batches of 64",
    };

    /// <summary>Convolutional networks, one list per normalisation and in it one run per seed.</summary>
    public static Dictionary<string, RunResult[]> Convolutional(ExperimentContext context, Claim claim, params string[] normalizations)
    {
        var (steps, seeds) = (Steps(context), context.Seeds(claim));
        var isVgg = context.Budget is Budget.Standard or Budget.Full;
        ConvolutionTrial Trial(string normalization, int seed) => new()
        {
            Architecture = isVgg ? Architecture.Vgg : Architecture.Convolutional,
            Filters = context.Of<ImmutableArray<int>>([4, 4, 4], [16, 32, 64], [.. VggA.Select(static width => width / 4)], VggA),
            Samples = isVgg ? int.MaxValue : 10_000,
            BatchSize = isVgg ? 128 : 64,
            Normalization = normalization,
            Seed = (ulong)seed,
            Steps = steps,
            Checkpoints = Checkpoints(steps),
            Probes = normalization is Plain or Normalised or Noisy ? Looks(Math.Min(steps, 501)) : [],
        };
        return Run(context, "convolutional networks", normalizations, seeds, Trial);
    }

    /// <summary>Linear networks, likewise.</summary>
    public static Dictionary<string, RunResult[]> Linear(ExperimentContext context, Claim claim, params string[] normalizations)
    {
        var (steps, seeds) = (LinearSteps(context), context.Seeds(claim));
        LinearChainTrial Trial(string normalization, int seed) => new()
        {
            Normalization = normalization,
            Seed = (ulong)seed,
            Steps = steps,
            Checkpoints = [.. Enumerable.Range(0, steps).Where(step => step % 100 == 0 || step == steps - 1)],
            Probes = normalization is Plain or Normalised ? Looks(Math.Min(steps, 501)) : [],
        };
        return Run(context, "linear networks", normalizations, seeds, Trial);
    }

    /// <summary>Median of a series over the looks at steps of a range; NaN where there is none.</summary>
    public static double Median(RunResult run, string series, Func<double, bool> among) => MedianOf(run, i => run[series][i], among);

    /// <summary>Median of a function of the look's place.</summary>
    public static double MedianOf(RunResult run, Func<int, double> of, Func<double, bool> among)
    {
        var values = Enumerable.Range(0, run["probe_step"].Length).Where(i => among(run["probe_step"][i])).Select(of).Where(static value => !double.IsNaN(value)).ToArray();
        return values.Length == 0 ? double.NaN : Percentiles.Median(values);
    }

    /// <summary>The accuracy on training samples at a checkpoint, mean over seeds; NaN where the run does not reach it.</summary>
    public static double Accuracy(IEnumerable<RunResult> runs, ImmutableArray<int> checkpoints, int step, string series = "accuracy") => Accuracies(runs, checkpoints, step, series).Mean;

    /// <summary>The same with its spread over the seeds.</summary>
    public static Sample Accuracies(IEnumerable<RunResult> runs, ImmutableArray<int> checkpoints, int step, string series = "accuracy")
    {
        var place = checkpoints.IndexOf(step);
        return Sample.Of(runs.Select(run => place < 0 ? double.NaN : run[series][place]));
    }

    /// <summary>How far one network's accuracy is above another's at a checkpoint, seed by seed.</summary>
    public static Sample Lead(IEnumerable<RunResult> ahead, IEnumerable<RunResult> behind, ImmutableArray<int> checkpoints, int step)
    {
        var place = checkpoints.IndexOf(step);
        return Sample.OfDifferences(ahead.Select(run => place < 0 ? double.NaN : run["accuracy"][place]), behind.Select(run => place < 0 ? double.NaN : run["accuracy"][place]));
    }

    private static ImmutableArray<int> Looks(int end) => [.. Enumerable.Range(0, end).Where(static step => step % Every == 0)];

    private static Dictionary<string, RunResult[]> Run(ExperimentContext context, string stage, string[] normalizations, int seeds, Func<string, int, Trial> trial)
    {
        var results = context.Run(stage, [.. normalizations.SelectMany(normalization => Enumerable.Range(1, seeds).Select(seed => trial(normalization, seed)))]);
        return normalizations.Select((normalization, i) => (normalization, results.Skip(i * seeds).Take(seeds).ToArray())).ToDictionary(static pair => pair.normalization, static pair => pair.Item2, StringComparer.Ordinal);
    }
}
