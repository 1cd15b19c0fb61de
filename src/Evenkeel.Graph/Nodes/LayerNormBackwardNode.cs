using System.Collections.Immutable;

namespace Evenkeel.Graph.Nodes;

/// <summary>The adjoint of <see cref="LayerNormNode"/>: <c>dx = s (g - mean g - xhat mean(g xhat))</c> with <c>g = gamma dy</c>, <c>dgamma = sum dy xhat</c>, <c>dbeta = sum dy</c>.</summary>
public sealed class LayerNormBackwardNode : SampleNormBackwardNode
{
    /// <summary>Creates the adjoint of <paramref name="forward"/>.</summary>
    public LayerNormBackwardNode(string name, Value cotangent, LayerNormNode forward)
        : this(name, cotangent, forward.Inputs[0], forward.Saved, forward.Gamma, forward.Epsilon, forward.SubtractsMean)
    {
    }

    private LayerNormBackwardNode(string name, Value cotangent, Value input, Value saved, Value? gamma, float epsilon, bool subtractsMean)
        : base(name, cotangent, input, saved, gamma, epsilon) => SubtractsMean = subtractsMean;

    /// <summary>Whether the mean was taken off.</summary>
    public bool SubtractsMean { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) =>
        new LayerNormBackwardNode(Name, inputs[0], inputs[1], inputs[2], inputs.Length > 3 ? inputs[3] : null, Epsilon, SubtractsMean);
}
