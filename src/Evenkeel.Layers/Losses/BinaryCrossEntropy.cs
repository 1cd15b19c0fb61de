using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Layers.Losses;

/// <summary>For yes or no, once or for several labels at a time: the mean over all elements of <c>-t ln s - (1 - t) ln(1 - s)</c> with <c>s = 1 / (1 + e^-output)</c>. The network ends in logits, without a sigmoid of its own; targets are 0 to 1, shaped as its output.</summary>
/// <remarks>As PyTorch's <c>BCEWithLogitsLoss</c>.</remarks>
public sealed class BinaryCrossEntropy : Loss
{
    /// <inheritdoc/>
    public override string Name => "binary_cross_entropy";

    /// <inheritdoc/>
    public override LossTerms Apply(Value output)
    {
        var targets = new InputNode("targets", output.Shape);
        return new LossTerms(targets, new BinaryCrossEntropyNode("loss", output, targets.Output).Loss);
    }
}
