using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Regularization;

/// <summary>A small rate, ReLU and fitting first weights, alone and together, against batch normalisation alone.</summary>
public sealed class IndirectRemedies : Experiment
{
    private const float Tiny = 0.01f;
    private const float HighRate = 0.5f;
    private const float LowRate = 0.05f;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C70", Topics.Training, "Small rates, ReLU and good first weights are indirect remedies")
    {
        Source = "S1",
        Phrase = "small learning rate ... ReLU ... 초기값",
        Question = "Is batch normalisation alone worth each of the three remedies?",
        Criterion = "Ten layers of sigmoids from weights of deviation 0.01 at rate 0.5, which do not learn: accuracy with normalisation alone at least that with each remedy alone (rate 0.05; ReLU; the first weights that fit the nonlinearity). All three together are reported.",
        Cost = new(new(15, 3), new(180, 5), new(360, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 468, 1404, 4680);
        (string Name, bool Norm, bool SmallRate, bool Relu, bool Weights)[] arms =
        [
            ("none of them", false, false, false, false), ("batch normalisation", true, false, false, false), ("small rate", false, true, false, false), ("ReLU", false, false, true, false), ("first weights", false, false, false, true),
            ("small rate and ReLU", false, true, true, false), ("small rate and first weights", false, true, false, true), ("ReLU and first weights", false, false, true, true), ("all three", false, true, true, true),
        ];
        var runs = new PairedRuns<int>(context, Claim, "training", Enumerable.Range(0, arms.Length), (place, seed) =>
        {
            var arm = arms[place];
            var trial = Workload.MnistDeep(arm.Relu ? "relu" : "sigmoid").With(arm.Norm ? "batch" : "none");
            return trial with { Network = trial.Network with { FirstWeights = arm.Weights ? "usual" : "normal", Deviation = arm.Weights ? 0 : Tiny }, Rate = arm.SmallRate ? LowRate : HighRate, Steps = steps, Seed = seed, Checkpoints = Workload.Every(steps, 6) };
        });
        return Outcome.Of(context, Claim, [.. Enumerable.Range(2, 3).Select(place => Judge.AtLeast($"normalisation minus {arms[place].Name}, in points", runs.Difference(1, place, static run => 100 * run.Last("accuracy")), 0, "indirect"))],
            "Each remedy alone meets a part of the trouble and leaves the network where it was; together they make a deep network learn. Normalisation alone gets further than any one of them, and that is all that the claim says: it is not worth all three. A high rate and tiny weights, whose effective rate is higher still, trouble a normalised network as well.") with
        {
            Evidence = [new PageSection("Accuracy").Figure(
                new BarChart("Test accuracy", new ChartAxis("accuracy", "%"), [.. arms.Select(static arm => arm.Name)], [new BarSeries("mean over the seeds", [.. arms.Select((_, place) => runs.Accuracy(place).Mean)])]),
                FormattableString.Invariant($"784-100x10-10, plain descent, batches of 128, {steps:N0} steps, {runs.Seeds} seeds.")).Table(runs.Table("network", place => arms[place].Name, ("accuracy, %", static run => 100 * run.Last("accuracy"))))],
        };
    }
}
