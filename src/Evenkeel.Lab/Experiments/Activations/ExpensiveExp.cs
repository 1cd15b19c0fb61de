using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Activations;

/// <summary>Nonlinearities with an exponential against ReLU, alone and as a part of a training step.</summary>
public sealed class ExpensiveExp : Experiment
{
    private static readonly string[] Names = ["relu", "sigmoid", "tanh", "elu"];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C38", Topics.Activations, "exp is expensive")
    {
        Source = "S4",
        Phrase = "exp() is expensive",
        Question = "How much longer do sigmoid, tanh and ELU take than ReLU, alone and as a part of a training step?",
        Criterion = "Sigmoid, tanh and ELU, each judged by itself, take at least 3 times as long per number as ReLU; and the slowest of them makes a whole training step at least 10% longer. The first speaks of the operation, the second of the network.",
        Cost = new(new(2, 1), new(20, 1), new(20, 1)),
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var rounds = context.Of(3, 60, 200, 200);
        var (vectors, scalar) = (ElementClock.Nanoseconds(Names, rounds), ElementClock.Nanoseconds(Names, Math.Max(3, rounds / 4), width: 32));
        var steps = StepClock.Seconds([.. Names.Select(static name => Workload.MnistRelu.Network with { Activation = name })], 128, rounds);
        Finding[] findings =
        [
            .. Names.Skip(1).Select((name, i) => Judge.AtLeast($"time per number over ReLU's, {name}", vectors[i + 1] / vectors[0], 3, "expensive")),
            Judge.AtLeast("time of a training step over that with ReLU, the largest of the three", steps.Skip(1).Max() / steps[0], 1.1, "expensive"),
        ];
        return Outcome.Of(context, Claim, findings, FormattableString.Invariant($"Per number sigmoid, tanh and ELU take {vectors[1] / vectors[0]:0.0}, {vectors[2] / vectors[0]:0.0} and {vectors[3] / vectors[0]:0.0} times as long as ReLU here; a whole training step of a small dense network {steps[1] / steps[0]:0.00}, {steps[2] / steps[0]:0.00} and {steps[3] / steps[0]:0.00} times. With vector instructions an exponential is a handful of multiplications, and beside a matrix product, whose work per number grows with the width of the layer, it loses weight: the wider the network, the less the nonlinearity's price counts.")) with
        {
            Evidence = [new PageSection("Times").Table(new PageTable([new("nonlinearity"), new("ns per number, vectors", true), new("ns per number, one at a time", true), new("ms per training step", true)],
                [.. Names.Select((name, i) => (IReadOnlyList<string>)[name, Judge.Number(vectors[i]), Judge.Number(scalar[i]), Judge.Number(1000 * steps[i])])]))
                .Figure(new BarChart("Time over ReLU's", new ChartAxis("ratio"), Names, [new BarSeries("per number", [.. vectors.Select(time => time / vectors[0])]), new BarSeries("per training step", [.. steps.Select(time => time / steps[0])])]),
                    "Forward on 32,768 numbers; training steps of 784-256-256-10 with batches of 128; one thread, medians of runs in turns on this machine.")],
        };
    }
}
