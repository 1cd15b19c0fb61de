using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Layers.Losses;

/// <summary>For values, where outliers shall not rule: the mean over all elements of <c>|output - target|</c>. Targets are shaped as the network's output.</summary>
/// <remarks>As PyTorch's <c>L1Loss</c>.</remarks>
public sealed class MeanAbsoluteError : Loss
{
    /// <inheritdoc/>
    public override string Name => "mean_absolute_error";

    /// <inheritdoc/>
    public override LossTerms Apply(Value output)
    {
        var targets = new InputNode("targets", output.Shape);
        return new LossTerms(targets, new MeanAbsoluteErrorNode("loss", output, targets.Output).Loss);
    }
}
