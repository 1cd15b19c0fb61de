using System.Collections.Immutable;

namespace Evenkeel.Graph.Nodes;

/// <summary>The adjoint of <see cref="DropConnectNode"/>, through the weights that were kept: <c>dx = dy (W m)^T / (1 - p)</c>, <c>dW = sum over samples of m (x^T dy) / (1 - p)</c>.</summary>
public sealed class DropConnectBackwardNode : Node
{
    /// <summary>Creates the adjoint of <paramref name="forward"/>.</summary>
    public DropConnectBackwardNode(string name, Value cotangent, DropConnectNode forward)
        : this(name, [cotangent, forward.Inputs[0], forward.Inputs[1], forward.Mask], forward.Rate)
    {
    }

    private DropConnectBackwardNode(string name, ImmutableArray<Value> inputs, float rate)
        : base(name, inputs.AsSpan())
    {
        Rate = rate;
        InputCotangent = AddOutput(inputs[1].Shape, "d_input");
        WeightCotangent = AddOutput(inputs[2].Shape, "d_weight");
    }

    /// <summary>The probability of dropping.</summary>
    public float Rate { get; }

    /// <summary>The cotangent of the input.</summary>
    public Value InputCotangent { get; }

    /// <summary>The cotangent of the weights.</summary>
    public Value WeightCotangent { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new DropConnectBackwardNode(Name, inputs, Rate);
}
