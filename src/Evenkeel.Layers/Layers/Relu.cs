using Evenkeel.Graph.Nodes;

namespace Evenkeel.Layers;

/// <summary>The rectifier, <c>y = max(0, x)</c>; NaN stays NaN.</summary>
public sealed class Relu : Layer
{
    /// <inheritdoc/>
    public override string Kind => "relu";

    /// <inheritdoc/>
    public override Value Build(BuildScope scope, Value input) => Activation.Build(scope, input, "relu");
}
