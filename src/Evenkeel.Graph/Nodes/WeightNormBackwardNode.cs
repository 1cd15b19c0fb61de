using System.Collections.Immutable;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The adjoint of <see cref="WeightNormNode"/>: standardised <c>dv = g s (dw - mean dw - vhat mean(dw vhat))</c>, normalised <c>dv = g s (dw - vhat sum(dw vhat))</c>; <c>dg = sum dw vhat</c>.</summary>
public sealed class WeightNormBackwardNode : Node
{
    /// <summary>Creates the adjoint of <paramref name="forward"/>.</summary>
    public WeightNormBackwardNode(string name, Value cotangent, WeightNormNode forward)
        : this(name, [cotangent, forward.Inputs[0], forward.Transform, .. forward.Gain is { } gain ? new[] { gain } : []], forward.Reparametrization)
    {
    }

    private WeightNormBackwardNode(string name, ImmutableArray<Value> inputs, WeightReparametrization kind)
        : base(name, inputs.AsSpan())
    {
        Reparametrization = kind;
        WeightCotangent = AddOutput(inputs[1].Shape, "d_weight");
        GainCotangent = AddOutput(Shape.Of(inputs[1].Shape.Channels), "d_gain");
    }

    /// <summary>Standardised or normalised.</summary>
    public WeightReparametrization Reparametrization { get; }

    /// <summary>The gain, or null for 1.</summary>
    public Value? Gain => Inputs.Length > 3 ? Inputs[3] : null;

    /// <summary>The cotangent of the stored weights.</summary>
    public Value WeightCotangent { get; }

    /// <summary>The cotangent of the gain, <c>[units]</c>.</summary>
    public Value GainCotangent { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new WeightNormBackwardNode(Name, inputs, Reparametrization);
}
