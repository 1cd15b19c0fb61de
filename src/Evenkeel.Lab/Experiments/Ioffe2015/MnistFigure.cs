using System.Diagnostics;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Transforms;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Figure 1 of the paper: test accuracy and the inputs of a typical last sigmoid over training, with and without batch normalisation.</summary>
/// <remarks>
/// Ioffe and Szegedy 2015, section 4.1: binary 28x28 images, three hidden layers of 100 sigmoids, small random Gaussian weights, 50,000 steps of 60 samples.
/// The paper does not state optimizer, learning rate and deviation of the weights: here plain gradient descent, and a sweep for each variant that never sees a test image.
/// </remarks>
public sealed class MnistFigure : Experiment
{
    internal const int QuickSteps = 10_000;
    internal const int PaperSteps = 50_000;
    internal const int SweepSteps = 3000;

    // Outside the range of the seeds that the verdict uses.
    private const ulong SweepSeed = 1000;
    private const int DenseCheckpoint = 100;
    private const int DenseUntil = 5000;
    private const int SparseCheckpoint = 500;
    private const int ProbesPerRun = 100;

    private static readonly float[] SweptRates = [0.1f, 0.3f, 1, 3];
    private static readonly float[] SweptDeviations = [0.05f, 0.1f];

    /// <inheritdoc/>
    public override string Id => "ioffe2015/mnist";

    /// <inheritdoc/>
    public override string Title => "MNIST with and without batch normalisation (Ioffe and Szegedy 2015, figure 1)";

    /// <inheritdoc/>
    public override string Question => "Does batch normalisation make a small sigmoid network train faster and to higher accuracy, and does it keep the inputs of its sigmoids steadier?";

    /// <inheritdoc/>
    public override string Criterion => MnistFigureCriteria.Text;

    /// <inheritdoc/>
    public override int Seeds(Budget budget) => budget switch { Budget.Quick => 1, Budget.Standard => 2, _ => 5 };

    /// <inheritdoc/>
    public override ExperimentResult Run(ExperimentContext context) =>
        Run(context, context.Budget == Budget.Quick ? QuickSteps : PaperSteps, context.Budget == Budget.Quick ? 0 : SweepSteps);

    internal ExperimentResult Run(ExperimentContext context, int steps, int sweepSteps)
    {
        var seeds = context.Seeds ?? Seeds(context.Budget);
        if (seeds < 1) throw LabErrors.BadOption("seeds", seeds, "a number from 1 on");
        var threads = context.Threads == 0 ? Environment.ProcessorCount : context.Threads;
        if (threads < 1) throw LabErrors.BadOption("threads", threads, "a number from 1 on, or 0 for all cores");
        var clock = Stopwatch.StartNew();
        var training = context.Data.Training.With(new Binarize());
        var test = context.Data.Test.With(new Binarize());

        var sweep = sweepSteps > 0 ? Sweep(context, training, sweepSteps, threads) : [];
        var plain = Choose(sweep, batchNorm: false);
        var normalised = Choose(sweep, batchNorm: true);
        var (checkpoints, probes) = (Checkpoints(steps), Probes(steps));
        var runs = new List<(SigmoidRun Plain, SigmoidRun Normalised)>();
        for (var seed = 1; seed <= seeds; seed++)
        {
            SigmoidSetup Setup(bool batchNorm, (float Rate, float Deviation) choice) =>
                new(batchNorm, choice.Rate, choice.Deviation, (ulong)seed, steps, 1) { Checkpoints = checkpoints, Probes = probes };
            var stage = FormattableString.Invariant($"seed {seed} of {seeds}");
            runs.Add(Both(Setup(false, plain), Setup(true, normalised), training, test, threads, stage, context));
        }

        var outcome = new MnistOutcome(context.Data.Name, context.Budget, checkpoints, sweep, sweepSteps, runs, threads);
        var findings = MnistFigureCriteria.Judge(outcome);
        var verdict = MnistFigureCriteria.Conclude(findings, outcome);
        var seconds = clock.Elapsed.TotalSeconds;
        return new(Id, verdict, Criterion, string.Join("; ", findings.Select(static finding => $"{finding.Name}: {finding.Observed}")), findings, seeds, seconds, MnistFigureReport.Create(this, outcome, findings, verdict, seconds));
    }

    internal static int[] Checkpoints(int steps) =>
        [.. Enumerable.Range(1, steps).Where(step => step % (step <= DenseUntil ? DenseCheckpoint : SparseCheckpoint) == 0 || step == steps)];

    /// <summary>The first probe stands where the paper's curve begins, at 0.4 % of the run.</summary>
    internal static int[] Probes(int steps) =>
        [.. Enumerable.Range(1, ProbesPerRun).Select(i => (int)((long)steps * i / ProbesPerRun)).Prepend(steps / 250).Where(static step => step > 0).Distinct().Order()];

    private static List<SweepPoint> Sweep(ExperimentContext context, Dataset training, int steps, int threads)
    {
        var parts = training.HoldOut(Math.Max(1, training.Count / 12), SweepSeed);
        var points = new List<SweepPoint>();
        foreach (var rate in SweptRates)
        {
            foreach (var deviation in SweptDeviations)
            {
                SigmoidSetup Setup(bool batchNorm) => new(batchNorm, rate, deviation, SweepSeed, steps, 1) { Checkpoints = [steps] };
                var stage = FormattableString.Invariant($"sweep, rate {rate}, deviation {deviation}");
                var (plain, normalised) = Both(Setup(false), Setup(true), parts.First, parts.Second, threads, stage, context);
                points.Add(new(rate, deviation, plain.Accuracy[^1], normalised.Accuracy[^1]));
            }
        }

        return points;
    }

    /// <summary>Without a sweep what others took who ran the paper's experiment again: rate 0.5, deviation 0.1.</summary>
    private static (float Rate, float Deviation) Choose(List<SweepPoint> sweep, bool batchNorm) =>
        sweep.Count == 0 ? (0.5f, 0.1f) : sweep.OrderByDescending(point => batchNorm ? point.Normalised : point.Plain).Select(static point => (point.LearningRate, point.Deviation)).First();

    /// <summary>Two small networks run faster side by side, one thread each, than one after the other on two.</summary>
    private static (SigmoidRun Plain, SigmoidRun Normalised) Both(
        SigmoidSetup plain, SigmoidSetup normalised, Dataset training, Dataset test, int threads, string stage, ExperimentContext context)
    {
        SigmoidRun Train(SigmoidSetup setup, string name) => SigmoidNetwork.Train(
            setup, training, test, step => context.Progress?.Report(new($"{stage}, {name}", step, setup.Steps)), context.Cancellation);
        if (threads == 1) return (Train(plain, "without"), Train(normalised, "with"));
        var beside = Task.Run(() => Train(plain, "without"), CancellationToken.None);
        try
        {
            var second = Train(normalised, "with");
            return (beside.GetAwaiter().GetResult(), second);
        }
        catch
        {
            // The other run reads the same data: wait for its end, its own error comes second.
            ((IAsyncResult)beside).AsyncWaitHandle.WaitOne();
            throw;
        }
    }
}

/// <summary>Held-out accuracies of one point of the sweep.</summary>
internal sealed record SweepPoint(float LearningRate, float Deviation, double Plain, double Normalised);

/// <summary>All numbers of a run of the experiment.</summary>
internal sealed record MnistOutcome(
    string Dataset, Budget Budget, int[] Checkpoints, IReadOnlyList<SweepPoint> Sweep, int SweepSteps, IReadOnlyList<(SigmoidRun Plain, SigmoidRun Normalised)> Runs, int Threads)
{
    public int Steps => Runs[0].Plain.Setup.Steps;

    public IEnumerable<SigmoidRun> Of(bool batchNorm) => Runs.Select(run => batchNorm ? run.Normalised : run.Plain);

    /// <summary>The mean accuracy over the seeds, per checkpoint.</summary>
    public double[] MeanAccuracy(bool batchNorm) => [.. Enumerable.Range(0, Checkpoints.Length).Select(i => Of(batchNorm).Average(run => run.Accuracy[i]))];
}
