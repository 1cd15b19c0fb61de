using System.Collections.Immutable;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>Sums over everything but the channels: <c>y[c] = sum_n x[n, c]</c>, the gradient of a bias.</summary>
public sealed class ColumnSumNode : Node
{
    /// <summary>Creates the sum.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input"><c>[N, ..., C]</c></param>
    public ColumnSumNode(string name, Value input)
        : base(name, input) => Output = AddOutput(Shape.Of(input.Shape.Channels));

    /// <summary>The sums, <c>[C]</c>.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new ColumnSumNode(Name, inputs[0]);
}
