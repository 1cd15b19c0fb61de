using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Layers.Losses;

/// <summary>For two classes with a margin: the mean over all elements of <c>max(0, 1 - target output)</c>. Targets are -1 or 1, shaped as the network's output.</summary>
/// <remarks>Cortes and Vapnik, Support-vector networks, 1995.</remarks>
public sealed class Hinge : Loss
{
    /// <inheritdoc/>
    public override string Name => "hinge";

    /// <inheritdoc/>
    public override LossTerms Apply(Value output)
    {
        var targets = new InputNode("targets", output.Shape);
        return new LossTerms(targets, new HingeNode("loss", output, targets.Output).Loss);
    }
}
