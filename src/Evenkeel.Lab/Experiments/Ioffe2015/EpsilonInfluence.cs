using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Normalization;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Epsilon: needed for constant features, without influence while variances are far above it.</summary>
public sealed class EpsilonInfluence : Experiment
{
    private const float Usual = 1e-5f;

    private static readonly float[] Epsilons = [1e-8f, Usual, 1e-3f, 1e-1f, 1];
    private static readonly float[] Deviations = [0.1f, 0.001f];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C22", Topics.BatchNorm, "Epsilon keeps numbers finite and has no influence")
    {
        Source = "S3",
        Phrase = "e는 x가 발산하는 것을 방지 ... 학습에 영향을 주지않는",
        Question = "What does epsilon do for a constant feature, and how does accuracy depend on it?",
        Criterion = "A constant feature gives finite numbers with epsilon and none without. Influence: accuracy within 0.3 points of the default's for epsilon 1e-8 to 1, at weights of deviation 0.1 and of 0.001.",
        Cost = new(new(10, 2), new(120, 5), new(120, 5)),
        Datasets = [Mnist.Name],
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        const int count = 16;
        using var probe = new LayerProbe(new BatchNorm(), [1], count);
        var constant = Enumerable.Repeat(3.7f, count).ToArray();
        var (output, gradient) = probe.Backward(constant, LayerProbe.Normal(count, "cotangent"));
        var isFinite = output.Concat(gradient).All(float.IsFinite);

        // The formula at epsilon 0: a distance of 0 from the mean over a deviation of 0. The layer itself refuses epsilon 0.
        var without = (constant[0] - constant[0]) / MathF.Sqrt(constant.Average(value => (value - constant[0]) * (value - constant[0])));

        var (seeds, steps) = (context.Seeds(Claim), context.Of(2, 1500, 5000, 20_000));
        var points = Deviations.SelectMany(static deviation => Epsilons.Select(epsilon => (Deviation: deviation, Epsilon: epsilon))).ToArray();
        var results = context.Run("training", [.. points.SelectMany(point => Enumerable.Range(1, seeds).Select(seed => new PerceptronTrial
        {
            BatchNorm = true, Normalization = BatchNormOptions.Default with { Epsilon = point.Epsilon }, Rate = 0.5f, Deviation = point.Deviation, Seed = (ulong)seed, Steps = steps, Checkpoints = [steps],
        }))]);
        Sample Accuracy((float Deviation, float Epsilon) point) => Sample.Of(results.Skip(Array.IndexOf(points, point) * seeds).Take(seeds).Select(static run => 100 * run.Last("accuracy")));
        double Loss(float deviation, IEnumerable<float> epsilons) => epsilons.Max(epsilon => Math.Abs(Accuracy((deviation, epsilon)).Mean - Accuracy((deviation, Usual)).Mean));
        Finding[] findings =
        [
            new("a constant feature with epsilon", "outputs and gradients are finite", isFinite ? "finite" : "not finite", "keeps numbers finite", isFinite),
            new("the same at epsilon 0", "not a number", float.IsFinite(without) ? "finite" : "not a number", "diverges", !float.IsFinite(without)),
            Judge.AtMost("no influence, deviation 0.1: largest change of the accuracy, in points", Loss(0.1f, Epsilons), 0.3, "none"),
            Judge.AtMost("no influence, deviation 0.001: largest change of the accuracy, in points", Loss(0.001f, Epsilons), 0.3, "none"),
            Judge.AtMost("deviation 0.1, epsilon up to 1e-3: largest change of the accuracy, in points", Loss(0.1f, Epsilons.Where(static epsilon => epsilon <= 1e-3f)), 0.3) with { Carries = false },
        ];
        double[] axis = [.. Epsilons.Select(static epsilon => (double)epsilon)];
        return Outcome.Of(context, Claim, findings, "A constant feature needs epsilon. It is without influence as long as the variances are far above it, and not otherwise: with tiny weights the variance of a layer's inputs falls below the usual epsilon, and the layer then no longer normalises.") with
        {
            Evidence = [new PageSection("Accuracy and epsilon").Figure(
                new Chart("Test accuracy of the MNIST network", new ChartAxis("epsilon") { Scale = AxisScale.Logarithmic }, new ChartAxis("accuracy", "%"),
                    [.. Deviations.Select(deviation => new LineSeries(FormattableString.Invariant($"first weights {deviation}"), axis, [.. Epsilons.Select(epsilon => Accuracy((deviation, epsilon)).Mean)]) { Markers = true })]),
                FormattableString.Invariant($"784-100-100-100-10, sigmoid, rate 0.5, {steps:N0} steps, mean of {seeds} seeds."))],
        };
    }
}
