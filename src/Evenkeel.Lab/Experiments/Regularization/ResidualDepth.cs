using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Regularization;

/// <summary>Plain and residual networks of three depths, both normalised.</summary>
/// <remarks>He et al., arXiv 1512.03385, figure 6, on smaller networks: 8, 16 and 32 filters, 16 x 16 places after the first convolution.</remarks>
public sealed class ResidualDepth : Experiment
{
    // Depth is 6 pairs-per-stage plus 2: 8, 20 and 32.
    private static readonly int[] Pairs = [1, 3, 5];
    private static readonly Architecture[] Kinds = [Architecture.Plain, Architecture.Residual];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C69", Topics.Training, "Residual blocks make depth trainable")
    {
        Source = "S4",
        Phrase = "Residual Block",
        Question = "Does a plain network get worse with depth where a residual one does not?",
        Criterion = "Training loss of the plain network at depth 32 above that at depth 8; of the residual network at depth 32 at most that at depth 8. Both normalised.",
        Cost = new(new(25, 2), new(900, 5), new(7200, 5)),
        Datasets = [Cifar10.Name],
        MayStayOpen = "One seed of few steps at depth 32 may not separate the two.",
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 150, 1500, 20_000);
        (Architecture Kind, int Pairs)[] arms = [.. Kinds.SelectMany(static kind => Pairs.Select(pairs => (kind, pairs)))];
        var runs = new PairedRuns<(Architecture Kind, int Pairs)>(context, Claim, "training", arms, (arm, seed) => Workload.CifarSmall with
        {
            Network = new Network { Architecture = arm.Kind, Widths = [8, 16, 32], Pairs = arm.Pairs, Norm = "batch" },
            Rate = 0.1f,
            Momentum = 0.9f,
            Steps = steps,
            Seed = seed,
            TestSamples = 500,
            Checkpoints = Workload.Every(steps, 5),
        });
        static double Loss(RunResult run) => run.Last("train_loss");
        Finding[] findings =
        [
            Judge.AtLeast("plain: training loss at depth 32 minus that at depth 8", runs.Difference((Architecture.Plain, 5), (Architecture.Plain, 1), Loss), 0, "plain networks get worse with depth"),
            Judge.AtMost("residual: training loss at depth 32 minus that at depth 8", runs.Difference((Architecture.Residual, 5), (Architecture.Residual, 1), Loss), 0, "residual networks do not"),
        ];
        double[] depths = [.. Pairs.Select(static pairs => (6.0 * pairs) + 2)];
        return Outcome.Of(context, Claim, findings, "The training loss tells, not the test error: a deeper plain network fits its own samples worse, although it could copy the shallow one. A way around every pair of layers lets it. How large the effect is depends on how long is trained: in few steps a shallow network is ahead of every deep one.") with
        {
            Evidence = [new PageSection("Training loss by depth").Figure(
                new Chart(FormattableString.Invariant($"Training loss over the last {steps / 5:N0} of {steps:N0} steps"), new ChartAxis("layers"), new ChartAxis("loss", "nats"), [.. Kinds.Select(kind => new LineSeries(kind == Architecture.Plain ? "plain" : "residual", depths, [.. Pairs.Select(pairs => runs.Of((kind, pairs), Loss).Mean)]) { Markers = true })]),
                FormattableString.Invariant($"Three stages of 8, 16 and 32 filters, batch normalisation, momentum 0.9, rate 0.1, batches of 64 of 10,000 photographs, mean of {runs.Seeds} seeds."))
                .Table(runs.Table("network and depth", static arm => FormattableString.Invariant($"{arm.Kind.ToString().ToLowerInvariant()}, {(6 * arm.Pairs) + 2}"), ("training loss", Loss), ("accuracy, %", static run => 100 * run.Last("accuracy"))))],
        };
    }
}
