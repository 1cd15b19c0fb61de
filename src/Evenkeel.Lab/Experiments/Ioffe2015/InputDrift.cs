using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>How far the inputs of the last sigmoids wander without normalisation.</summary>
public sealed class InputDrift : Experiment
{
    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C01", Topics.BatchNorm, "A layer's inputs change their distribution while the layers below learn")
    {
        Source = "S0, S1, S3",
        Phrase = "이전 layer의 parameter들이 변하므로 ... 분포가 변하는 현상",
        Question = "Do the inputs of the last hidden layer's sigmoids change their distribution over training, without batch normalisation?",
        Criterion = "Median over units and seeds: the range of the 50th percentile above 0.5, and the largest spread (85th minus 15th percentile) more than 5 times the smallest.",
        Cost = new(new(15, 3), new(120, 5), new(300, 10)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var plain = DriftRuns.Train(context, Claim, false)[false];
        var range = DriftRuns.Median(plain, static (run, unit) => run["median_range"][unit]);
        var spread = DriftRuns.Median(plain, static (run, unit) => run["spread_most"][unit] / run["spread_least"][unit]);
        Finding[] findings =
        [
            Judge.AtLeast("range of the 50th percentile", range, 0.5, "1.34"),
            Judge.AtLeast("largest spread over smallest", spread, 5, "59"),
        ];
        return Outcome.Of(context, Claim, findings, "What a layer gets to see changes greatly while the layers below learn: its middle wanders and, from small first weights, its spread grows many times. That is the observation behind the paper. It does not yet say that the change hurts; that is a claim of its own.") with
        {
            KeyNumbers = [new("range of the median", Judge.Number(range), "paper 1.34"), new("spread, largest over smallest", Judge.Number(spread), "paper 59")],
            Evidence = [DriftRuns.Section(DriftRuns.Chart("Without normalisation", plain[0]))],
        };
    }
}
