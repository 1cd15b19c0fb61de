using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Layers.Losses;

/// <summary>For classes with distributions as targets (mixed samples, votes, teachers): the mean of <c>-sum_j t_j log softmax(logits)_j</c>, in nats. The network ends in logits <c>[N, classes]</c>; targets have the same shape.</summary>
/// <remarks>As PyTorch's <c>CrossEntropyLoss</c> with class probabilities.</remarks>
public sealed class SoftCrossEntropy : Loss
{
    /// <inheritdoc/>
    public override string Name => "soft_cross_entropy";

    /// <inheritdoc/>
    /// <exception cref="Evenkeel.Graph.GraphException">EK0101: the output is not <c>[N, classes]</c>.</exception>
    public override LossTerms Apply(Value output)
    {
        var targets = new InputNode("targets", output.Shape);
        return new LossTerms(targets, new SoftCrossEntropyNode("loss", output, targets.Output).Loss);
    }
}
