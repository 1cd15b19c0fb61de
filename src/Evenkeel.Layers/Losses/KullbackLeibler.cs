using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Layers.Losses;

/// <summary>How far the network's distribution is from the target's: the mean of <c>sum_j t_j (log t_j - log softmax(logits)_j)</c>, in nats, 0 where both agree. The network ends in logits <c>[N, classes]</c>; targets have the same shape.</summary>
/// <remarks>Kullback and Leibler 1951; the gradient is that of <see cref="SoftCrossEntropy"/>. As PyTorch's <c>KLDivLoss</c> of log-probabilities with reduction <c>batchmean</c>.</remarks>
public sealed class KullbackLeibler : Loss
{
    /// <inheritdoc/>
    public override string Name => "kullback_leibler";

    /// <inheritdoc/>
    /// <exception cref="Evenkeel.Graph.GraphException">EK0101: the output is not <c>[N, classes]</c>.</exception>
    public override LossTerms Apply(Value output)
    {
        var targets = new InputNode("targets", output.Shape);
        return new LossTerms(targets, new SoftCrossEntropyNode("loss", output, targets.Output, divergence: true).Loss);
    }
}
