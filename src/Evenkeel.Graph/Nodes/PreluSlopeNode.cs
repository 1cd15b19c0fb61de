using System.Collections.Immutable;

namespace Evenkeel.Graph.Nodes;

/// <summary>What every element adds to the gradient of its channel's slope: <c>dy min(0, x)</c>.</summary>
public sealed class PreluSlopeNode : Node
{
    /// <summary>Creates the parts.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="cotangent">dy, shaped as the input.</param>
    /// <param name="input">x <c>[N, ..., C]</c>.</param>
    public PreluSlopeNode(string name, Value cotangent, Value input)
        : base(name, cotangent, input) => Output = AddOutput(input.Shape);

    /// <summary>The parts, shaped as the input.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new PreluSlopeNode(Name, inputs[0], inputs[1]);
}
