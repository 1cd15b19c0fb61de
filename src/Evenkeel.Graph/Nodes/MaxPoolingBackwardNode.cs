using System.Collections.Immutable;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.Pooling;

namespace Evenkeel.Graph.Nodes;

/// <summary>The adjoint of maximum pooling: every cotangent goes to the place that was taken.</summary>
/// <remarks>It has no adjoint of its own, so second derivatives stop at a maximum; average pooling and the convolutions have theirs.</remarks>
public sealed class MaxPoolingBackwardNode : Node
{
    /// <summary>Creates the adjoint.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="cotangent"><c>[N, OH, OW, C]</c></param>
    /// <param name="positions">The places that were taken, shaped as the cotangent.</param>
    /// <param name="geometry">The windows.</param>
    /// <exception cref="GraphException">EK0101: the shapes are not those of the windows.</exception>
    public MaxPoolingBackwardNode(string name, Value cotangent, Value positions, PoolingShape geometry)
        : base(name, cotangent, positions)
    {
        PoolingShapes.RequireOutput(name, cotangent.Shape, geometry);
        PoolingShapes.RequireOutput(name, positions.Shape, geometry);
        Geometry = geometry;
        Output = AddOutput(PoolingShapes.Input(geometry));
    }

    /// <summary>The windows.</summary>
    public PoolingShape Geometry { get; }

    /// <summary>The cotangent of the pooling's input.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new MaxPoolingBackwardNode(Name, inputs[0], inputs[1], Geometry);
}
