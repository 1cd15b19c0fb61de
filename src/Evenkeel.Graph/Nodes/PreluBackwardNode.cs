using System.Collections.Immutable;

namespace Evenkeel.Graph.Nodes;

/// <summary>The cotangent of a rectifier's input: <c>dx = dy</c> where <c>x &gt; 0</c>, else <c>a[c] dy</c>.</summary>
public sealed class PreluBackwardNode : Node
{
    /// <summary>Creates the cotangent.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="cotangent">dy, shaped as the input.</param>
    /// <param name="input">x <c>[N, ..., C]</c>.</param>
    /// <param name="slopes">a <c>[C]</c>.</param>
    public PreluBackwardNode(string name, Value cotangent, Value input, Value slopes)
        : base(name, cotangent, input, slopes) => Output = AddOutput(input.Shape);

    /// <summary>The cotangent of the input.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new PreluBackwardNode(Name, inputs[0], inputs[1], inputs[2]);
}
