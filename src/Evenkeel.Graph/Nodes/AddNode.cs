using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;

namespace Evenkeel.Graph.Nodes;

/// <summary>The element-wise sum of two tensors of one shape: a residual connection, or two gradients that meet.</summary>
public sealed class AddNode : Node
{
    /// <summary>Creates the sum.</summary>
    /// <param name="name">Names the node in messages and listings; see <c>BuildScope.NameOf</c>.</param>
    /// <param name="left">Of any shape.</param>
    /// <param name="right">Of the same shape.</param>
    /// <exception cref="GraphException">EK0101: the shapes differ.</exception>
    public AddNode(string name, Value left, Value right)
        : base(name, left, right)
    {
        if (left.Shape != right.Shape)
            throw GraphException.ShapeMismatch(name, $"{left.Shape} and {right.Shape}", "two equal shapes", "Project one branch to the other's shape.");
        Output = AddOutput(left.Shape);
    }

    /// <summary>The sum.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is not { } cotangent) return;
        context.Add(Inputs[0], cotangent);
        context.Add(Inputs[1], cotangent);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new AddNode(Name, inputs[0], inputs[1]);
}
