using System.Collections.Immutable;

namespace Evenkeel.Graph.Nodes;

/// <summary>The adjoint of <see cref="SpectralNormNode"/>: <c>dW = G / sigma - (sum(G W) / sigma^2) v u^T</c>.</summary>
public sealed class SpectralNormBackwardNode : Node
{
    /// <summary>Creates the adjoint of <paramref name="forward"/>.</summary>
    public SpectralNormBackwardNode(string name, Value cotangent, SpectralNormNode forward)
        : this(name, [cotangent, forward.Inputs[0], forward.Candidate])
    {
    }

    private SpectralNormBackwardNode(string name, ImmutableArray<Value> inputs)
        : base(name, inputs.AsSpan()) => Output = AddOutput(inputs[1].Shape);

    /// <summary>The cotangent of the stored weights.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new SpectralNormBackwardNode(Name, inputs);
}
