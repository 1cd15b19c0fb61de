using System.Collections.Immutable;
using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Figure 1 of the paper: test accuracy and the inputs of a typical last sigmoid over training, with and without batch normalisation.</summary>
/// <remarks>
/// Ioffe and Szegedy 2015, section 4.1: binary 28x28 images, three hidden layers of 100 sigmoids, small random Gaussian weights, 50,000 steps of 60 samples.
/// The paper states neither optimizer nor learning rate nor deviation. Here: plain gradient descent, and a grid of rates and deviations for both networks, judged on training images
/// that were held out, with a seed of its own. Two comparisons follow from it by rules that know nothing of the lead: both networks at the point where the one without normalisation
/// behaves as the paper's (first percentiles, accuracy curve), and each network at the point where it is fastest itself.
/// </remarks>
public sealed class MnistFigure : Experiment
{
    /// <summary>Outside the range of the seeds that the verdict uses.</summary>
    internal const ulong GridSeed = 1000;

    /// <summary>Where the paper's percentiles begin: 0.4 % of its 50,000 steps.</summary>
    internal const int FirstProbe = 200;

    private const int HeldOut = 5000;
    private const int ProbesPerRun = 100;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C26", Topics.BatchNorm, "MNIST with and without batch normalisation: figure 1 of Ioffe and Szegedy 2015")
    {
        Name = "ioffe2015/mnist",
        Source = "S3; Ioffe and Szegedy 2015, section 4.1",
        Phrase = "MNIST에서 Batch Normalization을 추가한 실험",
        Question = "Does batch normalisation make a small sigmoid network train faster and to higher accuracy, and does it keep the inputs of its sigmoids steadier?",
        Criterion = MnistFigureCriteria.Criterion,
        Cost = new(new(250, 2), new(480, 5), new(900, 10)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var plan = MnistPlan.Of(context.Budget);
        var grid = Grid(context, plan);
        var asPaper = MnistChoices.LikeThePaper(grid);
        var (plain, normalised) = (MnistChoices.Fastest(grid, batchNorm: false), MnistChoices.Fastest(grid, batchNorm: true));

        var (checkpoints, probes) = (Checkpoints(plan.Steps), Probes(plan.Steps));
        var seeds = context.Seeds(Claim);
        PerceptronTrial Trial(bool batchNorm, GridPoint at, int seed) => new()
        {
            BatchNorm = batchNorm,
            Rate = at.Rate,
            Deviation = at.Deviation,
            Seed = (ulong)seed,
            Steps = plan.Steps,
            Checkpoints = checkpoints,
            Probes = probes,
        };

        // One queue for all four curves: a point that serves two comparisons is run once.
        (bool BatchNorm, GridPoint At)[] curves = [(false, asPaper), (true, asPaper), (false, plain), (true, normalised)];
        var results = context.Run("training", [.. curves.SelectMany(curve => Enumerable.Range(1, seeds).Select(seed => Trial(curve.BatchNorm, curve.At, seed)))]);
        MnistCurve Curve(int place) => new(curves[place].At, checkpoints, plan.Steps, [.. results.Skip(place * seeds).Take(seeds)]);
        var outcome = new MnistOutcome(plan, grid, new(Curve(0), Curve(1)), new(Curve(2), Curve(3)));
        var findings = MnistFigureCriteria.Judge(outcome);
        return new(MnistFigureCriteria.Conclude(findings, outcome, context.Budget), findings, seeds, MnistFigureReport.Lesson(outcome, context.Budget))
        {
            KeyNumbers = MnistFigureReport.KeyNumbers(outcome),
            Evidence = MnistFigureReport.Evidence(outcome),
            Facts = MnistFigureReport.Facts(outcome, context),
        };
    }

    internal static ImmutableArray<int> Checkpoints(int steps) => [.. Enumerable.Range(1, steps).Where(step => step % (step <= 5000 ? 100 : 500) == 0 || step == steps)];

    internal static ImmutableArray<int> Probes(int steps) =>
        [.. Enumerable.Range(1, ProbesPerRun).Select(i => (int)((long)steps * i / ProbesPerRun)).Prepend(FirstProbe).Where(step => step > 0 && step <= steps).Distinct().Order()];

    private static MnistGrid Grid(ExperimentContext context, MnistPlan plan)
    {
        ImmutableArray<int> checkpoints = [.. Enumerable.Range(1, plan.GridSteps).Where(step => step % (step <= 3000 ? 100 : 500) == 0 || step == plan.GridSteps)];
        GridPoint[] points = [.. plan.Deviations.SelectMany(deviation => plan.Rates.Select(rate => new GridPoint(rate, deviation)))];
        PerceptronTrial Trial(bool batchNorm, GridPoint at) => new()
        {
            BatchNorm = batchNorm,
            Rate = at.Rate,
            Deviation = at.Deviation,
            Seed = GridSeed,
            Steps = plan.GridSteps,
            Checkpoints = checkpoints,
            Probes = [Math.Min(FirstProbe, plan.GridSteps)],
            HeldOut = HeldOut,
        };
        var results = context.Run("grid of rates", [.. points.SelectMany(point => (PerceptronTrial[])[Trial(false, point), Trial(true, point)])]);
        MnistCurve Curve(int place) => new(points[place / 2], checkpoints, plan.GridSteps, [results[place]]);
        return new([.. points.Select((_, i) => new MnistPair(Curve(2 * i), Curve((2 * i) + 1)))]);
    }
}
