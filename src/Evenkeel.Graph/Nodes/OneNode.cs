using System.Collections.Immutable;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The number 1: the cotangent of a loss with respect to itself, where every gradient starts.</summary>
public sealed class OneNode : Node
{
    /// <summary>Creates the number.</summary>
    public OneNode(string name)
        : base(name) => Output = AddOutput(Shape.Scalar);

    /// <summary>The number.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(Autodiff.AdjointContext context)
    {
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => this;
}
