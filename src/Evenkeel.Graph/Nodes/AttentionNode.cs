using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>Scaled dot-product attention of several heads: <c>y = softmax(Q K^T / sqrt(d) + mask) V</c>, d numbers per head.</summary>
/// <remarks>Vaswani et al., arXiv 1706.03762, section 3.2. Queries, keys and values stand side by side in one sequence, each with the heads side by side, as one product makes them. A query that sees no key gets zeros.</remarks>
public sealed class AttentionNode : Node
{
    /// <summary>Creates the attention.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="projected">Queries, keys and values, <c>[N, T, 3 * units]</c>.</param>
    /// <param name="mask"><c>[N, T]</c>, 0 where a key is padding; null where none is.</param>
    /// <param name="heads">How many heads, a divisor of the units.</param>
    /// <param name="isCausal">Whether a query sees keys up to its own step alone.</param>
    /// <exception cref="GraphException">EK0101: shapes do not fit.</exception>
    public AttentionNode(string name, Value projected, Value? mask, int heads, bool isCausal)
        : base(name, [projected, .. mask is null ? Array.Empty<Value>() : [mask]])
    {
        if (heads < 1 || projected.Shape is not { IsBatched: true, Rank: 3 } || projected.Shape.Channels % (3 * heads) != 0 || (mask is not null && mask.Shape != Shape.Batch(projected.Shape.Sizes[0])))
            throw GraphException.ShapeMismatch(name, $"queries, keys and values {projected.Shape} for {heads} heads{(mask is null ? "" : $" and a mask {mask.Shape}")}", "[N, T, 3 * heads * d] and [N, T]", "Give queries, keys and values as many numbers as the heads divide evenly.");
        (Heads, IsCausal) = (heads, isCausal);
        (Steps, Units) = (projected.Shape.Sizes[0], projected.Shape.Channels / 3);
        Output = AddOutput(Shape.Batch(Steps, Units));
        Weights = AddOutput(Shape.Batch(heads * Steps, Steps), "weights");
    }

    /// <summary>How many heads.</summary>
    public int Heads { get; }

    /// <summary>Whether a query sees keys up to its own step alone.</summary>
    public bool IsCausal { get; }

    /// <summary>T, the number of time steps.</summary>
    public int Steps { get; }

    /// <summary>Numbers of all heads together.</summary>
    public int Units { get; }

    /// <summary>The mask, or null.</summary>
    public Value? Mask => Inputs.Length > 1 ? Inputs[1] : null;

    /// <summary>The heads' means of values, side by side, <c>[N, T, units]</c>.</summary>
    public Value Output { get; }

    /// <summary>What every query gives to every key, head by head, <c>[N, heads * T, T]</c>, for the backward pass.</summary>
    public Value Weights { get; }

    /// <inheritdoc/>
    public override long MultiplyAdds => 2L * Steps * Steps * Units;

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is { } cotangent)
            context.Add(Inputs[0], new AttentionBackwardNode($"{Name}.backward", cotangent, Inputs[0], Weights, Heads).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new AttentionNode(Name, inputs[0], inputs.Length > 1 ? inputs[1] : null, Heads, IsCausal);
}
