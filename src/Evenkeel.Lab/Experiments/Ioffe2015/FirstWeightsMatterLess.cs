using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>A deep network from first weights of six sizes.</summary>
public sealed class FirstWeightsMatterLess : Experiment
{
    private static readonly float[] Deviations = [1e-4f, 1e-3f, 1e-2f, 0.1f, 1, 10];
    private static readonly (string Norm, string Name)[] Norms = [("none", "without"), ("batch", "with batch normalisation")];
    private static readonly string[] Activations = ["tanh", "relu"];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C10", Topics.BatchNorm, "Batch normalisation makes first weights matter less")
    {
        Source = "S0, S3, S4",
        Phrase = "초기 파라미터와 무관하게",
        Question = "Does a deep network reach the same accuracy whatever the deviation of its first weights?",
        Criterion = "Ten layers of tanh and of ReLU, deviations 1e-4 to 10: range of final accuracies at most 3 points with normalisation and at least 30 without. The range over 1e-2 to 1 is reported.",
        Cost = new(new(40, 3), new(240, 5), new(480, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 468, 1404, 4680);
        (string Activation, string Norm, float Deviation)[] arms = [.. Activations.SelectMany(static activation => Norms.SelectMany(norm => Deviations.Select(deviation => (activation, norm.Norm, deviation))))];
        var runs = new PairedRuns<(string Activation, string Norm, float Deviation)>(context, Claim, "training", arms, (arm, seed) =>
        {
            var trial = Workload.MnistDeep(arm.Activation).With(arm.Norm);
            return trial with { Network = trial.Network with { FirstWeights = "normal", Deviation = arm.Deviation }, Rate = 0.1f, Steps = steps, Seed = seed, Checkpoints = [steps] };
        });
        double Range(string activation, string norm, float least, float most)
        {
            var means = Deviations.Where(deviation => deviation >= least && deviation <= most).Select(deviation => runs.Accuracy((activation, norm, deviation)).Mean).ToArray();
            return means.Max() - means.Min();
        }

        Finding[] findings =
        [
            .. Activations.Select(activation => Judge.AtMost($"{activation}, with: range of the accuracies, in points", Range(activation, "batch", 0, 100), 3, "independent of first weights")),
            .. Activations.Select(activation => Judge.AtLeast($"{activation}, without: range of the accuracies, in points", Range(activation, "none", 0, 100), 30)),
            .. Activations.Select(activation => Judge.AtMost($"{activation}, with, 0.01 to 1: range of the accuracies, in points", Range(activation, "batch", 0.01f, 1), 3) with { Carries = false }),
        ];
        double[] axis = [.. Deviations.Select(static deviation => (double)deviation)];
        return Outcome.Of(context, Claim, findings, "Where a network without normalisation learns at one size of its first weights or two, a normalised one learns at many. Not at all of them alike. The forward pass does not see the scale of the weights, but the steps do: the effective rate is the rate over the squared norm, so that large weights turn slowly and small ones are thrown about. And where a layer's inputs fall under the root of epsilon nothing is normalised any more.") with
        {
            Evidence = [.. Activations.Select(activation => new PageSection($"Ten layers of {activation}").Figure(
                new Chart("Test accuracy", new ChartAxis("deviation of the first weights") { Scale = AxisScale.Logarithmic }, new ChartAxis("accuracy", "%"),
                    [.. Norms.Select(norm => new LineSeries(norm.Name, axis, [.. Deviations.Select(deviation => runs.Accuracy((activation, norm.Norm, deviation)).Mean)]) { Markers = true })]),
                FormattableString.Invariant($"784-100x10-10, plain descent at rate 0.1, batches of 128, {steps:N0} steps, mean of {runs.Seeds} seeds.")))],
            Facts = [("spread", string.Join("; ", arms.Select(arm => FormattableString.Invariant($"{arm.Activation} {arm.Norm} {arm.Deviation}: {Judge.WithSpread(runs.Accuracy(arm))}"))))],
        };
    }
}
