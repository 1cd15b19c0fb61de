using Evenkeel.Graph.Nodes;

namespace Evenkeel.Layers;

/// <summary>The logistic function, <c>y = 1 / (1 + exp(-x))</c>.</summary>
public sealed class Sigmoid : Layer
{
    /// <inheritdoc/>
    public override string Kind => "sigmoid";

    /// <inheritdoc/>
    public override Value Build(BuildScope scope, Value input) => Activation.Build(scope, input, "sigmoid");
}
