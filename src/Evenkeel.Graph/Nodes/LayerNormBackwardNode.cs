using System.Collections.Immutable;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The adjoint of <see cref="LayerNormNode"/>: <c>dx = s (g - mean g - xhat mean(g xhat))</c> with <c>g = gamma dy</c>, <c>dgamma = sum dy xhat</c>, <c>dbeta = sum dy</c>.</summary>
public sealed class LayerNormBackwardNode : Node
{
    /// <summary>Creates the adjoint of <paramref name="forward"/>.</summary>
    public LayerNormBackwardNode(string name, Value cotangent, LayerNormNode forward)
        : this(name, cotangent, forward.Inputs[0], forward.Statistics, forward.Gamma, forward.Epsilon, forward.SubtractsMean)
    {
    }

    private LayerNormBackwardNode(string name, Value cotangent, Value input, Value statistics, Value? gamma, float epsilon, bool subtractsMean)
        : base(name, [cotangent, input, statistics, .. gamma is null ? Array.Empty<Value>() : [gamma]])
    {
        (Epsilon, SubtractsMean) = (epsilon, subtractsMean);
        InputCotangent = AddOutput(input.Shape, "d_input");
        GammaCotangent = AddOutput(Shape.Of(input.Shape.Channels), "d_gamma");
        BetaCotangent = AddOutput(Shape.Of(input.Shape.Channels), "d_beta");
    }

    /// <summary>Added below the root in the forward pass.</summary>
    public float Epsilon { get; }

    /// <summary>Whether the mean was taken off.</summary>
    public bool SubtractsMean { get; }

    /// <summary>Gamma, or null for 1.</summary>
    public Value? Gamma => Inputs.Length > 3 ? Inputs[3] : null;

    /// <summary>The cotangent of the input.</summary>
    public Value InputCotangent { get; }

    /// <summary>The cotangent of gamma, <c>[C]</c>.</summary>
    public Value GammaCotangent { get; }

    /// <summary>The cotangent of beta, <c>[C]</c>.</summary>
    public Value BetaCotangent { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) =>
        new LayerNormBackwardNode(Name, inputs[0], inputs[1], inputs[2], inputs.Length > 3 ? inputs[3] : null, Epsilon, SubtractsMean);
}
