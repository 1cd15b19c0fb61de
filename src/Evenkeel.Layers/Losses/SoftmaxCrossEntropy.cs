using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Layers.Losses;

/// <summary>For classes: the mean of <c>-log softmax(logits)[label]</c>, in nats. The network ends in logits <c>[N, classes]</c>, without a softmax of its own.</summary>
public sealed class SoftmaxCrossEntropy : Loss
{
    /// <inheritdoc/>
    public override string Name => "softmax_cross_entropy";

    /// <inheritdoc/>
    /// <exception cref="Evenkeel.Graph.GraphException">EK0101: the output is not <c>[N, classes]</c>.</exception>
    public override LossTerms Apply(Value output)
    {
        var labels = new InputNode("labels", Shape.Batch(), ElementKind.Integer);
        var loss = new SoftmaxCrossEntropyNode("loss", output, labels.Output);
        return new LossTerms(labels, loss.Loss, loss.Correct);
    }
}
