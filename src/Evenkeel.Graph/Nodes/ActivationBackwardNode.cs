using System.Collections.Immutable;

namespace Evenkeel.Graph.Nodes;

/// <summary>The cotangent of a nonlinearity's input, <c>dx = dy g'(x)</c>; the derivative is taken from x or from y, as the activation declares.</summary>
public sealed class ActivationBackwardNode : Node
{
    /// <summary>Creates the cotangent.</summary>
    public ActivationBackwardNode(string name, Value cotangent, ActivationNode forward)
        : this(name, cotangent, forward.Inputs[0], forward.Output, forward.Activation)
    {
    }

    internal ActivationBackwardNode(string name, Value cotangent, Value input, Value output, string activation)
        : base(name, cotangent, input, output)
    {
        Activation = activation;
        Output = AddOutput(cotangent.Shape);
    }

    /// <summary>The nonlinearity's name in the table of activations.</summary>
    public string Activation { get; }

    /// <summary>The cotangent of the input.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new ActivationBackwardNode(Name, inputs[0], inputs[1], inputs[2], Activation);
}
