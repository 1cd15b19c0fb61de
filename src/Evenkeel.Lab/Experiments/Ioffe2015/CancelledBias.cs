using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Batch normalisation does not keep a bias either: it makes its loss harmless.</summary>
public sealed class CancelledBias : Experiment
{
    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C14", Topics.BatchNorm, "Batch normalisation solves the cancelled bias")
    {
        Source = "S1",
        Phrase = "Batch normalization은 이 문제점을 해결",
        Question = "Whitening subtracts a layer's bias again. Does batch normalisation keep it?",
        Criterion = "The bias moves by less than 1e-6 in 100 steps, so nothing grows; and the output depends on the bias (change above 1e-3 for a bias of 5), so it is not cancelled.",
        Cost = Cost.Exact(1),
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var graph = BiasUnderNormalization.Run(StatisticsGradient.Full);
        Finding[] findings =
        [
            Judge.AtMost("largest bias in 100 steps", graph.Bias.Max(Math.Abs), 1e-6, "0"),
            Judge.AtLeast("change of the output for a bias of 5", ChangeFor(5), 1e-3, "the bias is kept"),
        ];
        return Outcome.Of(context, Claim, findings, "The note is right about the effect and wrong about the mechanism. Batch normalisation subtracts a bias as whitening does: the output does not depend on it. What it mends is the gradient, which sees the subtraction, so that nothing moves a bias that has no effect. This is why layers before a batch normalisation drop theirs.");
    }

    private static double ChangeFor(float bias)
    {
        var features = BiasUnderNormalization.Features();
        float[] Output(float value)
        {
            var network = new Functional((scope, input) => scope.Apply("bn", new BatchNorm(), new BiasAddNode(scope.NameOf("sum"), input, scope.Parameter("bias", Shape.Of(1), new Normal(0, value), decays: false), dropIfCancelled: false).Output));
            using var probe = new LayerProbe(network, [1], features.Length);
            return probe.Forward(features);
        }

        return Output(0).Zip(Output(bias), static (a, b) => Math.Abs((double)a - b)).Max();
    }
}
