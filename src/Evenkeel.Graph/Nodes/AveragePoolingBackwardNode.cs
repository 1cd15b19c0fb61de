using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.Pooling;

namespace Evenkeel.Graph.Nodes;

/// <summary>The adjoint of average pooling: every number goes, divided, to all places of its window. Undivided, over windows side by side, it is nearest-neighbour up-sampling.</summary>
public sealed class AveragePoolingBackwardNode : Node
{
    /// <summary>Creates the adjoint.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="cotangent"><c>[N, OH, OW, C]</c></param>
    /// <param name="geometry">The windows.</param>
    /// <param name="divisor">What the numbers of a window are divided by.</param>
    /// <exception cref="GraphException">EK0101: the cotangent is not that of the windows. EK0105: a window lies in the padding alone, and only inputs count.</exception>
    public AveragePoolingBackwardNode(string name, Value cotangent, PoolingShape geometry, PoolingDivisor divisor)
        : base(name, cotangent)
    {
        PoolingShapes.RequireOutput(name, cotangent.Shape, geometry);
        if (divisor == PoolingDivisor.Inputs) PoolingShapes.RequireCovered(name, geometry);
        (Geometry, Divisor) = (geometry, divisor);
        Output = AddOutput(PoolingShapes.Input(geometry));
    }

    /// <summary>The windows.</summary>
    public PoolingShape Geometry { get; }

    /// <summary>What the numbers of a window are divided by.</summary>
    public PoolingDivisor Divisor { get; }

    /// <summary><c>[N, H, W, C]</c></summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is { } cotangent)
            context.Add(Inputs[0], new AveragePoolingNode($"{Name}.backward", cotangent, Geometry, Divisor).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new AveragePoolingBackwardNode(Name, inputs[0], Geometry, Divisor);
}
