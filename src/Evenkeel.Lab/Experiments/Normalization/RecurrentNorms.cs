using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Normalization;

/// <summary>Digits read row by row by recurrent layers, normalised inside the cell or not.</summary>
/// <remarks>Batch normalisation: Cooijmans et al., arXiv 1603.09025. Layer normalisation: Ba, Kiros and Hinton, arXiv 1607.06450.</remarks>
public sealed class RecurrentNorms : Experiment
{
    private const int Units = 64;

    private static readonly float[] Rates = [1e-3f, 4e-3f];
    private static readonly (Architecture Cell, string Name)[] Cells = [(Architecture.Recurrent, "tanh"), (Architecture.Lstm, "LSTM")];
    private static readonly (string Norm, string Name)[] Norms = [("none", "none"), ("batch-per-step", "batch, per time step"), ("batch-shared", "batch, shared"), ("layer", "layer")];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C31", Topics.Normalization, "Texts need layer normalisation, not batch normalisation")
    {
        Source = "S2",
        Phrase = "texts processing할 때는 BN이 아니라 LN",
        Question = "In a recurrent network that reads digits row by row, is layer normalisation better than batch normalisation, and must it be used?",
        Criterion = "A tanh recurrence and an LSTM, each network at the better of two rates, running statistics: test accuracy with layer normalisation at least 1 point above batch normalisation with shared statistics; with statistics per time step batch normalisation at least as good as none. Population statistics are reported.",
        Cost = new(new(80, 2), new(600, 5), new(1800, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 600, 2400, 9400);
        var checkpoints = Workload.Every(steps, context.Of(1, 10, 20, 20));
        (Architecture Cell, string Norm, float Rate)[] arms = [.. Cells.SelectMany(static cell => Norms.SelectMany(norm => Rates.Select(rate => (cell.Cell, norm.Norm, rate))))];
        var runs = new PairedRuns<(Architecture Cell, string Norm, float Rate)>(context, Claim, "recurrent networks", arms, (arm, seed) => new TrainingTrial
        {
            Network = new Network { Architecture = arm.Cell, Widths = [Units], Norm = arm.Norm },
            Optimizer = "adam",
            Rate = arm.Rate,
            BatchSize = 64,
            Steps = steps,
            Checkpoints = checkpoints,
            Seed = seed,
            OwnBatches = 64,
            Recalibration = context.Of(2, 50, 200, 200),
        });
        (Architecture Cell, string Norm, float Rate) Best(Architecture cell, string norm) => arms.Where(arm => arm.Cell == cell && arm.Norm == norm).MaxBy(arm => runs.Accuracy(arm).Mean);
        Sample Gain(Architecture cell, string norm, string over, string series = "accuracy") => runs.Difference(Best(cell, norm), Best(cell, over), run => 100 * run.Last(series));
        Finding[] findings =
        [
            .. Cells.SelectMany(cell => new[]
            {
                Judge.AtLeast($"{cell.Name}: layer minus batch with shared statistics, in points", Gain(cell.Cell, "layer", "batch-shared"), 1),
                Judge.AtLeast($"{cell.Name}: batch per time step minus none, in points", Gain(cell.Cell, "batch-per-step", "none"), 0, "0.1 on digits pixel by pixel (Cooijmans et al. 2016)"),
            }),
            .. Cells.Select(cell => Judge.AtMost($"{cell.Name}: layer minus batch per time step, in points, both with population statistics", Gain(cell.Cell, "layer", "batch-per-step", "recalibrated_accuracy"), 1) with { Carries = false }),
        ];
        static double Own(RunResult run) => 100 * run.Last("own_accuracy");
        LineSeries Line(Architecture cell, (string Norm, string Name) norm) => runs.AccuracyCurve(Best(cell, norm.Norm), norm.Name);
        return Outcome.Of(context, Claim, findings, "Compare the columns of the table. With a batch's own statistics the normalised networks are near the others; with those of inference, running or population ones, they fall far behind: a recurrence multiplies the difference between training and inference from step to step. A likely reason here are the blank first rows, in which a batch's variance hangs on a few samples (Cooijmans et al. add noise to the first state against that). Layer normalisation has no statistics that could differ, nor any that end with the longest sequence of training: it is the simple choice for sequences, if not a must.") with
        {
            KeyNumbers = [.. Cells.Select(cell => new KeyNumber($"{cell.Name}: layer minus batch shared", FormattableString.Invariant($"{Gain(cell.Cell, "layer", "batch-shared").Mean:0.0} points")))],
            Evidence =
            [
                .. Cells.Select(cell => new PageSection($"Digits by rows, {cell.Name}").Figure(
                    new Chart("Test accuracy", new ChartAxis("step"), new ChartAxis("accuracy", "%"), [.. Norms.Select(norm => Line(cell.Cell, norm))]),
                    FormattableString.Invariant($"28 time steps of 28 pixels, {Units} units, Adam, batches of 64, each network at the better of the rates {Rates[0]} and {Rates[1]}, mean of {runs.Seeds} seeds."))),
                new PageSection("All runs").Table(runs.Table("cell, normalisation and rate", static arm => FormattableString.Invariant($"{Cells.First(cell => cell.Cell == arm.Cell).Name}, {Norms.First(norm => norm.Norm == arm.Norm).Name}, {arm.Rate}"),
                    ("accuracy, %", static run => 100 * run.Last("accuracy")), ("with population statistics, %", static run => 100 * run.Last("recalibrated_accuracy")), ("with a batch's own statistics, %", Own))),
            ],
        };
    }
}
