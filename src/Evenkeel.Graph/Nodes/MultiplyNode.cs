using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;

namespace Evenkeel.Graph.Nodes;

/// <summary>The element-wise product of two tensors of one shape: a gate, or a dropout mask.</summary>
public sealed class MultiplyNode : Node
{
    /// <summary>Creates the product.</summary>
    /// <param name="name">Names the node in messages and listings; see <c>BuildScope.NameOf</c>.</param>
    /// <param name="left">Of any shape.</param>
    /// <param name="right">Of the same shape.</param>
    /// <exception cref="GraphException">EK0101: the shapes differ.</exception>
    public MultiplyNode(string name, Value left, Value right)
        : base(name, left, right)
    {
        if (left.Shape != right.Shape)
            throw GraphException.ShapeMismatch(name, $"{left.Shape} and {right.Shape}", "two equal shapes", "Give both factors one shape.");
        Output = AddOutput(left.Shape);
    }

    /// <summary>The product.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is not { } cotangent) return;
        if (context.Needs(Inputs[0])) context.Add(Inputs[0], new MultiplyNode($"{Name}.d_left", cotangent, Inputs[1]).Output);
        if (context.Needs(Inputs[1])) context.Add(Inputs[1], new MultiplyNode($"{Name}.d_right", cotangent, Inputs[0]).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new MultiplyNode(Name, inputs[0], inputs[1]);
}
