using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The same numbers in another shape; costs nothing, since memory stays as it is.</summary>
public sealed class ReshapeNode : Node
{
    /// <summary>Creates the view.</summary>
    /// <exception cref="GraphException">EK0101: the shapes hold different numbers of elements.</exception>
    public ReshapeNode(string name, Value input, Shape shape)
        : base(name, input)
    {
        if (input.Shape.IsBatched != shape.IsBatched || input.Shape.ElementsPerSample != shape.ElementsPerSample)
            throw GraphException.ShapeMismatch(name, $"{input.Shape}", $"as many elements as {shape} has", "Choose a shape with the same number of elements per sample.");
        Output = AddOutput(shape);
    }

    /// <summary>The numbers in their new shape.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is { } cotangent)
            context.Add(Inputs[0], new ReshapeNode($"{Name}.d_input", cotangent, Inputs[0].Shape).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new ReshapeNode(Name, inputs[0], Output.Shape);
}
