using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Normalization;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Batch normalisation with gamma and beta, with one of them, and with neither.</summary>
public sealed class ScaleAndShift : Experiment
{
    private static readonly (bool Gamma, bool Beta, string Name)[] Kinds = [(true, true, "gamma and beta"), (true, false, "gamma"), (false, true, "beta"), (false, false, "neither")];
    private static readonly string[] Networks = ["sigmoid", "relu"];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C19", Topics.BatchNorm, "Gamma and beta give flexibility")
    {
        Source = "S2",
        Phrase = "감마와 베타를 통해 Flexibility",
        Question = "Does a network reach a higher accuracy with gamma and beta than without?",
        Criterion = "Difference above two standard errors for sigmoid and for ReLU networks. Gamma alone and beta alone are reported.",
        Cost = new(new(15, 3), new(240, 5), new(480, 10)),
        Datasets = [Mnist.Name],
        MayStayOpen = "The effect is weak; three seeds may not separate it from chance.",
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (sigmoidSteps, reluSteps) = (context.Of(2, 1500, 6000, 20_000), context.Of(2, 500, 2000, 6000));
        (string Network, int Kind)[] arms = [.. Networks.SelectMany(static network => Enumerable.Range(0, Kinds.Length).Select(kind => (network, kind)))];
        var runs = new PairedRuns<(string Network, int Kind)>(context, Claim, "training", arms, (arm, seed) =>
        {
            var trial = (arm.Network == "sigmoid" ? Workload.MnistSigmoid with { Steps = sigmoidSteps } : Workload.MnistRelu with { Rate = 0.2f, Steps = reluSteps }).With("batch");
            var (gamma, beta, _) = Kinds[arm.Kind];
            var options = BatchNormOptions.Default with { Scale = gamma ? AffineParameter.On : AffineParameter.Off, Shift = beta ? AffineParameter.On : AffineParameter.Off };
            return trial with { Network = trial.Network with { BatchNorm = options }, TestSamples = 5000, Seed = seed, Checkpoints = [trial.Steps] };
        });
        static double Accuracy(RunResult run) => 100 * run.Last("accuracy");
        return Outcome.Of(context, Claim, [.. Networks.Select(network => Judge.ClearlyAtLeast($"{network}: accuracy with both minus without, in points", runs.Difference((network, 0), (network, 3), Accuracy), 0, "flexibility"))],
            "Before a ReLU and a further linear layer gamma is redundant, since a scale can be moved into the next weights. A sigmoid has a scale of its own: gamma decides how far it is used beyond its linear middle, and it is gamma rather than beta that carries the difference there. The table has each of them alone.") with
        {
            Evidence = [new PageSection("Accuracy by what is learnt").Table(runs.Table("network", static arm => $"{arm.Network}, {Kinds[arm.Kind].Name}", ("accuracy, %", Accuracy), ("last training loss", static run => run.Last("train_loss"))))
                .Paragraph(FormattableString.Invariant($"Sigmoid: 784-100x3-10, binary pixels, batches of 60, rate 0.5, {sigmoidSteps:N0} steps. ReLU: 784-256-256-10, batches of 128, rate 0.2, {reluSteps:N0} steps. {runs.Seeds} seeds, two standard errors beside the means, 5,000 test images."))],
        };
    }
}
