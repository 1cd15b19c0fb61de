using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Layers.Losses;

/// <summary>For values with a few outliers: a square near the target and a line beyond delta, the mean over all elements. Targets are shaped as the network's output.</summary>
/// <remarks>P. Huber, Robust estimation of a location parameter, 1964; as PyTorch's <c>HuberLoss</c>.</remarks>
public sealed class Huber : Loss
{
    /// <summary>Where the square becomes a line, above 0. Default 1.</summary>
    /// <exception cref="LayerException">EK0120: not a finite number above 0.</exception>
    public float Delta
    {
        get;
        init => field = value > 0 && float.IsFinite(value) ? value : throw LayerErrors.BadOption(nameof(Huber), "delta", value, "a finite number above 0", "The default is 1.");
    } = 1;

    /// <inheritdoc/>
    public override string Name => "huber";

    /// <inheritdoc/>
    public override LossTerms Apply(Value output)
    {
        var targets = new InputNode("targets", output.Shape);
        return new LossTerms(targets, new HuberNode("loss", output, targets.Output, Delta).Loss);
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Name}(delta {Delta})");
}
