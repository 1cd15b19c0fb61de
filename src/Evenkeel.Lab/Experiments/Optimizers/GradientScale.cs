using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Optimizers;

/// <summary>All gradients times a factor, for plain descent and for Adam.</summary>
public sealed class GradientScale : Experiment
{
    private static readonly float[] Factors = [1e-4f, 1e-3f, 1e-2f, 0.1f, 1, 10, 100, 1e3f, 1e4f];
    private static readonly string[] Methods = ["sgd", "adam"];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C71", Topics.Training, "Gradients that are too large or too small prevent learning")
    {
        Source = "S1",
        Phrase = "기울기가 너무 크거나 작은 경우 학습이 제대로",
        Question = "How does learning depend on a factor on the loss?",
        Criterion = "Factors 1e-4 to 1e4 on all gradients, the rate unchanged. For an optimizer the claim holds if it reaches 90% at factor 1 and at least 30 points less at both ends; judged for SGD and for Adam.",
        Cost = new(new(15, 3), new(240, 5), new(480, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 240, 1400, 4680);
        (string Method, float Factor)[] arms = [.. Methods.SelectMany(static method => Factors.Select(factor => (method, factor)))];
        var runs = new PairedRuns<(string Method, float Factor)>(context, Claim, "training", arms, (arm, seed) => Workload.MnistRelu with { Optimizer = arm.Method, Rate = arm.Method == "sgd" ? 0.1f : 1e-3f, LossFactor = arm.Factor, Steps = steps, Seed = seed, Checkpoints = [steps] });
        Finding Judged(string method)
        {
            var (low, middle, high) = (runs.Accuracy((method, Factors[0])), runs.Accuracy((method, 1)), runs.Accuracy((method, Factors[^1])));
            return new($"{method}: accuracy at factors 1e-4, 1 and 1e4, %", "at least 90 in the middle, 30 less at both ends", $"{Judge.WithSpread(low)}, {Judge.WithSpread(middle)}, {Judge.WithSpread(high)}", "does not learn well", middle.Mean >= 90 && middle.Mean - low.Mean >= 30 && middle.Mean - high.Mean >= 30);
        }

        double[] axis = [.. Factors.Select(static factor => (double)factor)];
        return Outcome.Of(context, Claim, [.. Methods.Select(Judged)], "For plain descent a factor on the gradient is a factor on the rate: too small and nothing moves, too large and nothing holds. Adam divides every gradient by its own size and does not notice, as long as gradients stay far above its epsilon of 1e-8. What is too large or too small is therefore a property of gradient and optimizer together; differences between layers are another matter, which one rate for all cannot mend.") with
        {
            Evidence = [new PageSection("Accuracy over the factor").Figure(
                new Chart(FormattableString.Invariant($"Test accuracy after {steps:N0} steps"), new ChartAxis("factor on the gradients") { Scale = AxisScale.Logarithmic }, new ChartAxis("accuracy", "%"), [.. Methods.Select(method => new LineSeries(method, axis, [.. Factors.Select(factor => runs.Accuracy((method, factor)).Mean)]) { Markers = true })]),
                FormattableString.Invariant($"784-256-256-10, ReLU, batches of 128, rate 0.1 for sgd and 0.001 for Adam, mean of {runs.Seeds} seeds."))
                .Table(runs.Table("optimizer and factor", static arm => FormattableString.Invariant($"{arm.Method}, {arm.Factor}"), ("accuracy, %", static run => 100 * run.Last("accuracy"))))],
        };
    }
}
