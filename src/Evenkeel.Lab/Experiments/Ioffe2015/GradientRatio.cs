using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>The gradients of the first and the last hidden layer, with and without normalisation, at four depths.</summary>
public sealed class GradientRatio : Experiment
{
    private const double Least = 0.05;
    private const double Most = 20;

    private static readonly int[] Depths = [10, 20, 30, 50];
    private static readonly (string Norm, string Name)[] Norms = [("none", "without"), ("batch", "with batch normalisation")];
    private static readonly string[] Activations = ["sigmoid", "tanh"];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C09", Topics.BatchNorm, "Batch normalisation prevents vanishing and exploding gradients")
    {
        Source = "S0",
        Phrase = "gradient vanishing / exploding 문제 발생 없이",
        Question = "Are the gradients of the first and the last layer of the same size, at depth 10 to 50?",
        Criterion = "Ratio of gradient norms first to last within 0.05 to 20 with normalisation and outside without, at the start and after 100 steps, for sigmoid and tanh, depth 10 to 30. Depth 50 is reported.",
        Cost = new(new(20, 3), new(60, 5), new(120, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 100, 100, 100);
        (string Activation, string Norm, int Depth)[] arms = [.. Activations.SelectMany(static activation => Norms.SelectMany(norm => Depths.Select(depth => (activation, norm.Norm, depth))))];
        var runs = new PairedRuns<(string Activation, string Norm, int Depth)>(context, Claim, "training", arms, (arm, seed) => Workload.MnistDeep(arm.Activation, arm.Depth).With(arm.Norm) with { Rate = 0.1f, Steps = steps, Seed = seed, Looks = [0, steps] });
        double Ratio((string, string, int) arm, bool after) => Math.Exp(runs.Of(arm, run => Math.Log(FirstOverLast(run, after))).Mean);
        Finding Judged(string activation, string norm)
        {
            var ratios = Depths.Where(static depth => depth <= 30).SelectMany(depth => (double[])[Ratio((activation, norm, depth), false), Ratio((activation, norm, depth), true)]).ToArray();
            var within = ratios.Count(static ratio => ratio is >= Least and <= Most);
            var text = FormattableString.Invariant($"{within} of {ratios.Length} within; {Judge.Number(ratios.Min())} to {Judge.Number(ratios.Max())}");
            return norm == "batch"
                ? new($"{activation}, with: ratios at depth 10, 20 and 30, before and after {steps} steps", "all within 0.05 to 20", text, "no vanishing, no exploding", within == ratios.Length)
                : new($"{activation}, without: ratios at depth 10, 20 and 30, before and after {steps} steps", "all outside 0.05 to 20", text, "vanishing or exploding", within == 0);
        }

        double[] axis = [.. Depths.Select(static depth => (double)depth)];
        return Outcome.Of(context, Claim, [.. Activations.SelectMany(activation => (Finding[])[Judged(activation, "batch"), Judged(activation, "none")])], "Normalisation makes the gradient of a sigmoid network, which without it vanishes within a few layers, pass. It does not make it keep its size: in a deep network without ways around the layers every normalised layer lengthens the gradient a little at the start, so that at depth 50 the first layer's is far larger than the last one's. tanh with Glorot's first weights keeps its gradients without help.") with
        {
            Evidence = [.. Activations.Select(activation => new PageSection($"Gradients of {activation} networks").Figure(
                new Chart("Gradient norm of the first hidden layer over that of the last", new ChartAxis("hidden layers"), new ChartAxis("ratio") { Scale = AxisScale.Logarithmic },
                    [.. Norms.SelectMany((norm, color) => (LineSeries[])[
                        new LineSeries($"{norm.Name}, before training", axis, [.. Depths.Select(depth => Ratio((activation, norm.Norm, depth), false))]) { Markers = true, Color = color },
                        new LineSeries($"{norm.Name}, after {steps} steps", axis, [.. Depths.Select(depth => Ratio((activation, norm.Norm, depth), true))]) { Markers = true, Color = color, Style = LineStyle.Dashed }])]),
                FormattableString.Invariant($"Layers of 100, Glorot's first weights, rate 0.1, batches of 128; geometric mean of {runs.Seeds} seeds, 500 test images.")))],
        };
    }

    /// <summary>The hidden layers' weights come before the output's.</summary>
    private static double FirstOverLast(RunResult run, bool after)
    {
        var count = (int)run["look_weights"][0];
        var norms = after ? run["look_gradient"][^count..] : run["look_gradient"][..count];
        return Math.Max(norms[0], double.Epsilon) / Math.Max(norms[^2], double.Epsilon);
    }
}
