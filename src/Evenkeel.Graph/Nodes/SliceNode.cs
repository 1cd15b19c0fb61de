using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>A part of every image: a crop, every second row and column, a run of channels.</summary>
public sealed class SliceNode : Node
{
    /// <summary>Creates the slice.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input"><c>[N, F]</c> or <c>[N, H, W, C]</c></param>
    /// <param name="slice">Which part.</param>
    /// <exception cref="GraphException">EK0101: the part does not lie within the input.</exception>
    public SliceNode(string name, Value input, ImageSlice slice)
        : base(name, input)
    {
        Slice = slice;
        Output = AddOutput(slice.Of(input.Shape)
            ?? throw GraphException.ShapeMismatch(name, $"input {input.Shape}", $"[N, F] or [N, H, W, C] that holds {slice}", "Take a part that lies within the input; channels have no step."));
    }

    /// <summary>Which part.</summary>
    public ImageSlice Slice { get; }

    /// <summary>The part.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is { } cotangent)
            context.Add(Inputs[0], new ZeroPadNode($"{Name}.backward", cotangent, Slice, Inputs[0].Shape).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new SliceNode(Name, inputs[0], Slice);
}
