using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>What the adjoints of <see cref="SampleNormNode"/>s share.</summary>
public abstract class SampleNormBackwardNode : Node
{
    private protected SampleNormBackwardNode(string name, Value cotangent, Value input, Value saved, Value? gamma, float epsilon)
        : base(name, [cotangent, input, saved, .. gamma is null ? Array.Empty<Value>() : [gamma]])
    {
        Epsilon = epsilon;
        InputCotangent = AddOutput(input.Shape, "d_input");
        GammaCotangent = AddOutput(Shape.Of(input.Shape.Channels), "d_gamma");
        BetaCotangent = AddOutput(Shape.Of(input.Shape.Channels), "d_beta");
    }

    /// <summary>Added below the root in the forward pass.</summary>
    public float Epsilon { get; }

    /// <summary>Gamma, or null for 1.</summary>
    public Value? Gamma => Inputs.Length > 3 ? Inputs[3] : null;

    /// <summary>The cotangent of the input.</summary>
    public Value InputCotangent { get; }

    /// <summary>The cotangent of gamma, <c>[C]</c>.</summary>
    public Value GammaCotangent { get; }

    /// <summary>The cotangent of beta, <c>[C]</c>.</summary>
    public Value BetaCotangent { get; }
}
