using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.Pooling;

namespace Evenkeel.Graph.Nodes;

/// <summary>The mean or the sum of every window, channel by channel: <c>[N, H, W, C]</c> to <c>[N, OH, OW, C]</c>.</summary>
public sealed class AveragePoolingNode : Node
{
    /// <summary>Creates the pooling.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input"><c>[N, H, W, C]</c></param>
    /// <param name="geometry">The windows.</param>
    /// <param name="divisor">What the sum of a window is divided by.</param>
    /// <exception cref="GraphException">EK0101: the input is not that of the windows. EK0105: a window lies in the padding alone, and only inputs count.</exception>
    public AveragePoolingNode(string name, Value input, PoolingShape geometry, PoolingDivisor divisor)
        : base(name, input)
    {
        PoolingShapes.RequireInput(name, input.Shape, geometry);
        if (divisor == PoolingDivisor.Inputs) PoolingShapes.RequireCovered(name, geometry);
        (Geometry, Divisor) = (geometry, divisor);
        Output = AddOutput(PoolingShapes.Output(geometry));
    }

    /// <summary>The windows.</summary>
    public PoolingShape Geometry { get; }

    /// <summary>What the sum of a window is divided by.</summary>
    public PoolingDivisor Divisor { get; }

    /// <summary>The means or sums.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is { } cotangent)
            context.Add(Inputs[0], new AveragePoolingBackwardNode($"{Name}.backward", cotangent, Geometry, Divisor).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new AveragePoolingNode(Name, inputs[0], Geometry, Divisor);
}
