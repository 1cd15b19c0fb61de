using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The input at the places of a slice of a larger tensor, zeros around and between: padding of rows, columns or channels, and the adjoint of <see cref="SliceNode"/>.</summary>
public sealed class ZeroPadNode : Node
{
    /// <summary>Creates the padding.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input"><c>[N, F]</c> or <c>[N, H, W, C]</c></param>
    /// <param name="slice">Where the input stands in the result.</param>
    /// <param name="padded">The shape of the result.</param>
    /// <exception cref="GraphException">EK0101: the slice is no part of the result, or not shaped as the input.</exception>
    public ZeroPadNode(string name, Value input, ImageSlice slice, Shape padded)
        : base(name, input)
    {
        if (slice.Of(padded) != input.Shape)
            throw GraphException.ShapeMismatch(name, $"input {input.Shape} for {slice} of {padded}", "an input of the shape of that part", "Make the result larger, or the part as large as the input.");
        Slice = slice;
        Output = AddOutput(padded);
    }

    /// <summary>Where the input stands in the result.</summary>
    public ImageSlice Slice { get; }

    /// <summary>The padded tensor.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is { } cotangent)
            context.Add(Inputs[0], new SliceNode($"{Name}.backward", cotangent, Slice).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new ZeroPadNode(Name, inputs[0], Slice, Output.Shape);
}
