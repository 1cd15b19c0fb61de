using System.Collections.Immutable;
using System.Globalization;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The largest of several linear pieces per unit: <c>[N, ..., pieces * units]</c> to <c>[N, ..., units]</c>, <c>y[j] = max over i of x[i units + j]</c>.</summary>
/// <remarks>Goodfellow et al., arXiv 1302.4389, section 3.</remarks>
public sealed class MaxoutNode : Node
{
    /// <summary>Creates the maximum.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input"><c>[N, ..., C]</c>, where C is a multiple of the pieces.</param>
    /// <param name="pieces">How many pieces compete, at least 1.</param>
    /// <exception cref="GraphException">EK0105: there are no pieces. EK0101: the channels are no multiple of them.</exception>
    public MaxoutNode(string name, Value input, int pieces)
        : base(name, input)
    {
        if (pieces < 1) throw GraphException.BadOption(name, string.Create(CultureInfo.InvariantCulture, $"{pieces} pieces"), "1 or more", "2 to 5 are usual.");
        if (!input.Shape.IsBatched || input.Shape.Rank < 2 || input.Shape.Channels % pieces != 0)
            throw GraphException.ShapeMismatch(name, $"input {input.Shape}", $"[N, ..., channels] with a multiple of {pieces} channels", "Give the layer before it as many channels as units times pieces.");
        Pieces = pieces;
        Output = AddOutput(Shape.Batch([.. input.Shape.Sizes[..^1], input.Shape.Channels / pieces]));
    }

    /// <summary>How many pieces compete.</summary>
    public int Pieces { get; }

    /// <summary>The largest piece of every unit.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is { } cotangent)
            context.Add(Inputs[0], new MaxoutBackwardNode($"{Name}.backward", cotangent, Inputs[0], Pieces).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new MaxoutNode(Name, inputs[0], Pieces);
}
