using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Layers.Losses;

/// <summary>For values: the mean over all elements of <c>(output - target)^2</c>. Targets are shaped as the network's output.</summary>
public sealed class MeanSquaredError : Loss
{
    /// <inheritdoc/>
    public override string Name => "mean_squared_error";

    /// <inheritdoc/>
    public override LossTerms Apply(Value output)
    {
        var targets = new InputNode("targets", output.Shape);
        return new LossTerms(targets, new MeanSquaredErrorNode("loss", output, targets.Output).Loss);
    }
}
