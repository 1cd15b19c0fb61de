using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Layers;

/// <summary>One row of numbers per sample: <c>[N, H, W, C]</c> to <c>[N, H * W * C]</c>, channels running fastest. Costs nothing; <c>[N, F]</c> stays as it is.</summary>
public sealed class Flatten : Layer
{
    /// <inheritdoc/>
    public override string Kind => "flatten";

    /// <inheritdoc/>
    public override Value Build(BuildScope scope, Value input) =>
        input.Shape.Rank == 2 ? input : new ReshapeNode(scope.Name, input, Shape.Batch(checked((int)input.Shape.ElementsPerSample))).Output;
}
