using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>The same with normalisation: less drift of the distribution, but not none.</summary>
public sealed class ReducedDrift : Experiment
{
    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C03", Topics.BatchNorm, "Batch normalisation reduces internal covariate shift, in the sense of distributions")
    {
        Source = "S0, S1, S3",
        Phrase = "Internal covariate shift 감소 ... 발생하지 않도록",
        Question = "Do the inputs of the last sigmoids drift less with batch normalisation, and not at all?",
        Criterion = "The range of the median at least 3 times wider without than with; with normalisation the spread changes at most 2 times. That it does not occur at all: range of the median below 0.02.",
        Cost = new(new(9, 3), new(240, 5), new(600, 10)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var runs = DriftRuns.Train(context, Claim, false, true);
        var (plain, normalised) = (DriftRuns.Median(runs[false], static (run, unit) => run["median_range"][unit]), DriftRuns.Median(runs[true], static (run, unit) => run["median_range"][unit]));
        var spread = DriftRuns.Median(runs[true], static (run, unit) => run["spread_most"][unit] / run["spread_least"][unit]);
        Finding[] findings =
        [
            Judge.AtLeast("range of the median, without over with", plain / normalised, 3, "4.1"),
            Judge.AtMost("with: largest spread over smallest", spread, 2, "1.57"),
            Judge.AtMost("does not occur at all: range of the median with", normalised, 0.02, "0.33"),
        ];
        return Outcome.Of(context, Claim, findings, "In the sense of distributions normalisation holds the inputs of a nonlinearity steadier, and does not hold them still: gamma and beta move, and only two moments are fixed. In the sense of gradients (Santurkar et al. 2018) the question is another one and is answered by C04.") with
        {
            KeyNumbers = [new("range of the median, without", Judge.Number(plain), "paper 1.34"), new("with", Judge.Number(normalised), "paper 0.33")],
            Evidence = [DriftRuns.Section(DriftRuns.Chart("Without normalisation", runs[false][0]), DriftRuns.Chart("With batch normalisation", runs[true][0]))],
        };
    }
}
