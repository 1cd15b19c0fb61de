using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Optimizers;

/// <summary>Descent, momentum and Adam over learning rates from 1e-6 to 1.</summary>
public sealed class UsualRates : Experiment
{
    private static readonly float[] Rates = [1e-6f, 1e-5f, 1e-4f, 3e-4f, 1e-3f, 3e-3f, 1e-2f, 3e-2f, 0.1f, 0.3f, 1];
    private static readonly (string Name, string Optimizer, float Momentum)[] Methods = [("SGD", "sgd", 0), ("momentum 0.9", "sgd", 0.9f), ("Adam", "adam", 0)];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C58", Topics.Optimizers, "The usual learning rates are 1e-3 and 1e-5")
    {
        Source = "S2",
        Phrase = "국룰 learning rate : 1e-3, 1e-5",
        Question = "At which rates do SGD, momentum and Adam learn best?",
        Criterion = "Best rate of the grid (highest mean test accuracy) within 3e-4 to 3e-3: for Adam, and for SGD. Momentum and the accuracy at 1e-5 are reported.",
        Cost = new(new(35, 3), new(240, 5), new(480, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 240, 1400, 4680);
        (int Method, float Rate)[] arms = [.. Enumerable.Range(0, Methods.Length).SelectMany(static method => Rates.Select(rate => (method, rate)))];
        var runs = new PairedRuns<(int Method, float Rate)>(context, Claim, "grid of rates", arms, (arm, seed) => Workload.MnistRelu with
        {
            Optimizer = Methods[arm.Method].Optimizer,
            Momentum = Methods[arm.Method].Momentum,
            Rate = arm.Rate,
            Steps = steps,
            Seed = seed,
            Checkpoints = [steps],
        });
        float Best(int method) => Rates.MaxBy(rate => runs.Accuracy((method, rate)).Mean);
        Finding Within(int method) => new($"{Methods[method].Name}: best rate", "within 3e-4 to 3e-3", FormattableString.Invariant($"{Best(method)}, accuracy {Judge.WithSpread(runs.Accuracy((method, Best(method))))}%"), "1e-3, 1e-5", Best(method) is >= 2.9e-4f and <= 3.1e-3f);
        Finding[] findings = [Within(2), Within(0), Within(1) with { Carries = false, Holds = null }];
        double[] axis = [.. Rates.Select(static rate => (double)rate)];
        return Outcome.Of(context, Claim, findings, FormattableString.Invariant($"1e-3 is a good first guess for Adam, whose steps have the rate's size whatever the gradient. Plain descent has no such scale: here its best rate is {Best(0)}. Which rate is best depends on the number of steps too: at 1e-5 none of the three comes near its best in {steps:N0} steps.")) with
        {
            KeyNumbers = [.. Methods.Select((method, i) => new KeyNumber($"best rate, {method.Name}", Judge.Number(Best(i))))],
            Evidence = [new PageSection("Accuracy over the rate").Figure(
                new Chart(FormattableString.Invariant($"Test accuracy after {steps:N0} steps"), new ChartAxis("learning rate") { Scale = AxisScale.Logarithmic }, new ChartAxis("accuracy", "%"), [.. Methods.Select((method, i) => new LineSeries(method.Name, axis, [.. Rates.Select(rate => runs.Accuracy((i, rate)).Mean)]) { Markers = true })]),
                FormattableString.Invariant($"784-256-256-10, ReLU, batches of 128, mean of {runs.Seeds} seeds."))
                .Table(runs.Table("optimizer and rate", static arm => FormattableString.Invariant($"{Methods[arm.Method].Name}, {arm.Rate}"), ("accuracy, %", static run => 100 * run.Last("accuracy"))))],
        };
    }
}
