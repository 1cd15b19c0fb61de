using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.Pooling;

namespace Evenkeel.Graph.Nodes;

/// <summary>The largest number of every window, channel by channel: <c>[N, H, W, C]</c> to <c>[N, OH, OW, C]</c>.</summary>
/// <remarks>Of equal numbers the first one, row by row, gets the gradient. A NaN in a window gives NaN. Padding is never the largest.</remarks>
public sealed class MaxPoolingNode : Node
{
    /// <summary>The most places of an image: their numbers are kept as floats.</summary>
    public const int LargestPlane = 1 << 24;

    /// <summary>Creates the pooling.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input"><c>[N, H, W, C]</c></param>
    /// <param name="geometry">The windows.</param>
    /// <exception cref="GraphException">EK0101: the input is not that of the windows. EK0105: a window lies in the padding alone, or the image has too many places.</exception>
    public MaxPoolingNode(string name, Value input, PoolingShape geometry)
        : base(name, input)
    {
        PoolingShapes.RequireInput(name, input.Shape, geometry);
        PoolingShapes.RequireCovered(name, geometry);
        if ((long)geometry.Rows.Size * geometry.Columns.Size > LargestPlane)
            throw GraphException.BadOption(name, $"images of {geometry.Rows.Size} x {geometry.Columns.Size} places", $"at most {LargestPlane} places", "Cut the images into parts.");
        Geometry = geometry;
        Output = AddOutput(PoolingShapes.Output(geometry));
        Positions = AddOutput(Output.Shape, "positions");
    }

    /// <summary>The windows.</summary>
    public PoolingShape Geometry { get; }

    /// <summary>The largest numbers.</summary>
    public Value Output { get; }

    /// <summary>Where each of them stood, <c>h W + w</c>.</summary>
    public Value Positions { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is { } cotangent)
            context.Add(Inputs[0], new MaxPoolingBackwardNode($"{Name}.backward", cotangent, Positions, Geometry).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new MaxPoolingNode(Name, inputs[0], Geometry);
}
