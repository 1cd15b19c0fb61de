using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>Rows of a table by their numbers: <c>y[n, t] = W[ids[n, t]]</c>.</summary>
public sealed class EmbeddingNode : Node
{
    /// <summary>Creates the look-up.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="ids">Whole numbers from 0 on, held as floats, <c>[N, T]</c>; exact up to 2^24.</param>
    /// <param name="table">W <c>[vocabulary, units]</c>.</param>
    /// <param name="padding">The number of padding, whose row reads as zeros and gets no gradient; -1 for none.</param>
    /// <exception cref="GraphException">EK0101: shapes do not fit.</exception>
    public EmbeddingNode(string name, Value ids, Value table, int padding = -1)
        : base(name, ids, table)
    {
        if (ids.Shape is not { IsBatched: true, Rank: 2 } || table.Shape is not { IsBatched: false, Rank: 2 })
            throw GraphException.ShapeMismatch(name, $"ids {ids.Shape} and a table {table.Shape}", "[N, T] and [vocabulary, units]", "Give every sample as T numbers of tokens.");
        Padding = padding;
        Output = AddOutput(Shape.Batch(ids.Shape.Channels, table.Shape.Channels));
    }

    /// <summary>The number of padding; -1 for none.</summary>
    public int Padding { get; }

    /// <summary>The rows, <c>[N, T, units]</c>.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is { } cotangent && context.Needs(Inputs[1]))
            context.Add(Inputs[1], new EmbeddingGradientNode($"{Name}.d_table", cotangent, Inputs[0], Inputs[1].Shape, Padding).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new EmbeddingNode(Name, inputs[0], inputs[1], Padding);
}
