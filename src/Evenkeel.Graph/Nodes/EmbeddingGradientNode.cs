using System.Collections.Immutable;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The adjoint of <see cref="EmbeddingNode"/> by its table: every row adds up the cotangents of the places that read it, in their order.</summary>
public sealed class EmbeddingGradientNode : Node
{
    /// <summary>Creates the sum.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="cotangent"><c>[N, T, units]</c></param>
    /// <param name="ids"><c>[N, T]</c></param>
    /// <param name="table">The shape of the table.</param>
    /// <param name="padding">The number of padding; -1 for none.</param>
    public EmbeddingGradientNode(string name, Value cotangent, Value ids, Shape table, int padding)
        : base(name, cotangent, ids)
    {
        Padding = padding;
        Output = AddOutput(table);
    }

    /// <summary>The number of padding; -1 for none.</summary>
    public int Padding { get; }

    /// <summary>The cotangent of the table.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new EmbeddingGradientNode(Name, inputs[0], inputs[1], Output.Shape, Padding);
}
