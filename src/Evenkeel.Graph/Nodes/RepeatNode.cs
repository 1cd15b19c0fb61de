using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>A vector several times over: <c>[C]</c> to <c>[times * C]</c>, for one gamma at every time step.</summary>
public sealed class RepeatNode : Node
{
    /// <summary>Creates the repetition.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input"><c>[C]</c></param>
    /// <param name="times">How often, at least 1.</param>
    /// <exception cref="GraphException">EK0101: the input is no vector of fixed size.</exception>
    public RepeatNode(string name, Value input, int times)
        : base(name, input)
    {
        if (input.Shape is not { IsBatched: false, Rank: 1 }) throw GraphException.ShapeMismatch(name, $"input {input.Shape}", "[C]", "Repeat numbers per channel.");
        Times = times;
        Output = AddOutput(Shape.Of(checked(times * input.Shape.Channels)));
    }

    /// <summary>How often.</summary>
    public int Times { get; }

    /// <summary>The copies, one behind the other.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is { } cotangent) context.Add(Inputs[0], new RepeatSumNode($"{Name}.d_input", cotangent, Times).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new RepeatNode(Name, inputs[0], Times);
}
