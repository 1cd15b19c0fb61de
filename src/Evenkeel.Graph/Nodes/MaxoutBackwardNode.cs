using System.Collections.Immutable;

namespace Evenkeel.Graph.Nodes;

/// <summary>The cotangent of a maxout's input: all of dy goes to the largest piece, to the first one where several are largest.</summary>
public sealed class MaxoutBackwardNode : Node
{
    /// <summary>Creates the cotangent.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="cotangent">dy <c>[N, ..., units]</c>.</param>
    /// <param name="input">x <c>[N, ..., pieces * units]</c>.</param>
    /// <param name="pieces">How many pieces compete.</param>
    public MaxoutBackwardNode(string name, Value cotangent, Value input, int pieces)
        : base(name, cotangent, input)
    {
        Pieces = pieces;
        Output = AddOutput(input.Shape);
    }

    /// <summary>How many pieces compete.</summary>
    public int Pieces { get; }

    /// <summary>The cotangent of the input.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new MaxoutBackwardNode(Name, inputs[0], inputs[1], Pieces);
}
