using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>Which steps of a sequence are there: 1 where any of its numbers differs from the value of padding, else 0.</summary>
public sealed class SequenceMaskNode : Node
{
    /// <summary>Creates the mask.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input"><c>[N, T]</c> or <c>[N, T, F]</c></param>
    /// <param name="padding">The value of padding.</param>
    /// <exception cref="GraphException">EK0101: the input is no sequence.</exception>
    public SequenceMaskNode(string name, Value input, float padding)
        : base(name, input)
    {
        if (input.Shape is not { IsBatched: true, Rank: 2 or 3 }) throw GraphException.ShapeMismatch(name, $"input {input.Shape}", "[N, T] or [N, T, F]", "A mask has one number per time step.");
        Padding = padding;
        Output = AddOutput(Shape.Batch(input.Shape.Sizes[0]));
    }

    /// <summary>The value of padding.</summary>
    public float Padding { get; }

    /// <summary>1 or 0, <c>[N, T]</c>.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        // Nothing follows a step.
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new SequenceMaskNode(Name, inputs[0], Padding);
}
