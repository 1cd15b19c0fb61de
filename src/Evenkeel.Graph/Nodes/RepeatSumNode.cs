using System.Collections.Immutable;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The adjoint of <see cref="RepeatNode"/>: the sum of the copies.</summary>
public sealed class RepeatSumNode : Node
{
    /// <summary>Creates the sum.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input"><c>[times * C]</c></param>
    /// <param name="times">How many copies.</param>
    public RepeatSumNode(string name, Value input, int times)
        : base(name, input)
    {
        Times = times;
        Output = AddOutput(Shape.Of(input.Shape.Channels / times));
    }

    /// <summary>How many copies.</summary>
    public int Times { get; }

    /// <summary>Their sum, <c>[C]</c>.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new RepeatSumNode(Name, inputs[0], Times);
}
