using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Normalisation before the nonlinearity and behind it.</summary>
public sealed class Placement : Experiment
{
    private static readonly (string Name, float[] Rates)[] Networks = [("sigmoid", [0.1f, 0.3f, 1, 3, 10]), ("relu", [0.02f, 0.06f, 0.2f, 0.6f, 2])];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C23", Topics.BatchNorm, "Batch normalisation belongs between product and nonlinearity")
    {
        Source = "S3",
        Phrase = "FC layer다음 nonlinearity이전",
        Question = "Is accuracy higher with normalisation before the nonlinearity than behind it?",
        Criterion = "Each place at its own best of five rates (highest mean test accuracy): before at least 0.2 points above behind, by two standard errors, for sigmoid and ReLU.",
        Cost = new(new(20, 3), new(240, 5), new(480, 10)),
        Datasets = [Mnist.Name],
        MayStayOpen = "The literature is split for ReLU; three seeds may not separate the two.",
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (sigmoidSteps, reluSteps) = (context.Of(2, 1500, 6000, 20_000), context.Of(2, 500, 2000, 6000));
        (string Network, NormPlace Place, float Rate)[] arms = [.. Networks.SelectMany(static network => Enum.GetValues<NormPlace>().SelectMany(place => network.Rates.Select(rate => (network.Name, place, rate))))];
        var runs = new PairedRuns<(string Network, NormPlace Place, float Rate)>(context, Claim, "training", arms, (arm, seed) =>
        {
            var trial = (arm.Network == "sigmoid" ? Workload.MnistSigmoid with { Steps = sigmoidSteps } : Workload.MnistRelu with { Steps = reluSteps }).With("batch");
            return trial with { Network = trial.Network with { Place = arm.Place }, Rate = arm.Rate, TestSamples = 5000, Seed = seed, Checkpoints = [trial.Steps] };
        });
        static double Accuracy(RunResult run) => 100 * run.Last("accuracy");
        static string Word(NormPlace place) => place == NormPlace.BeforeActivation ? "before" : "behind";
        (string Network, NormPlace Place, float Rate) Best(string network, NormPlace place) => arms.Where(arm => arm.Network == network && arm.Place == place).MaxBy(arm => runs.Accuracy(arm).Mean);
        Finding Compare(string network)
        {
            var (before, behind) = (Best(network, NormPlace.BeforeActivation), Best(network, NormPlace.AfterActivation));
            return Judge.ClearlyAtLeast(FormattableString.Invariant($"{network}: before (rate {before.Rate}) minus behind (rate {behind.Rate}), in points"), runs.Difference(before, behind, Accuracy), 0.2, "before");
        }

        return Outcome.Of(context, Claim, [.. Networks.Select(static network => network.Name).Select(Compare)],
            "The place that the paper chose is one of two that work. Before the nonlinearity normalisation decides what the nonlinearity sees; behind it, what the next layer sees. Behind a sigmoid it also centres outputs that are all positive, which before it cannot. For ReLU the two lie close together. The comparison is after one number of steps, each place at its own best rate.") with
        {
            Evidence = [new PageSection("Accuracy by place").Table(runs.Table("network", static arm => FormattableString.Invariant($"{arm.Network}, {Word(arm.Place)}, rate {arm.Rate}"), ("accuracy, %", Accuracy), ("last training loss", static run => run.Last("train_loss"))))
                .Paragraph(FormattableString.Invariant($"Sigmoid: 784-100x3-10, binary pixels, batches of 60, {sigmoidSteps:N0} steps. ReLU: 784-256-256-10, batches of 128, {reluSteps:N0} steps. {runs.Seeds} seeds, two standard errors beside the means, 5,000 test images."))],
        };
    }
}
