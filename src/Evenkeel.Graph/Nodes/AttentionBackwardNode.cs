using System.Collections.Immutable;

namespace Evenkeel.Graph.Nodes;

/// <summary>The adjoint of <see cref="AttentionNode"/>: <c>dV = P^T dy</c>, <c>dS = P (dy V^T - rowsum(P dy V^T)) / sqrt(d)</c>, <c>dQ = dS K</c>, <c>dK = dS^T Q</c>, head by head. Masks show in P alone.</summary>
public sealed class AttentionBackwardNode : Node
{
    /// <summary>Creates the adjoint.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="cotangent"><c>[N, T, units]</c></param>
    /// <param name="projected">Queries, keys and values, <c>[N, T, 3 * units]</c>.</param>
    /// <param name="weights">P, <c>[N, heads * T, T]</c>.</param>
    /// <param name="heads">How many heads.</param>
    public AttentionBackwardNode(string name, Value cotangent, Value projected, Value weights, int heads)
        : base(name, cotangent, projected, weights)
    {
        Heads = heads;
        Output = AddOutput(projected.Shape);
    }

    /// <summary>How many heads.</summary>
    public int Heads { get; }

    /// <summary>The cotangent of queries, keys and values.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override long MultiplyAdds => 4L * Inputs[0].Shape.Sizes[0] * Inputs[0].Shape.Sizes[0] * Inputs[0].Shape.Channels;

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new AttentionBackwardNode(Name, inputs[0], inputs[1], inputs[2], Heads);
}
