using Evenkeel.Graph.Nodes;

namespace Evenkeel.Layers;

/// <summary>The hyperbolic tangent, <c>y = tanh(x)</c>.</summary>
public sealed class Tanh : Layer
{
    /// <inheritdoc/>
    public override string Kind => "tanh";

    /// <inheritdoc/>
    public override Value Build(BuildScope scope, Value input) => Activation.Build(scope, input, "tanh");
}
