using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>Weights as a product uses them, unit by unit over the last dimension: standardised, <c>(v - mean v) / sqrt(var v + epsilon)</c>, or of a given length, <c>g v / sqrt(|v|^2 + epsilon)</c>.</summary>
/// <remarks>Qiao et al., arXiv 1903.10520, equation 3; Salimans and Kingma, arXiv 1602.07868, equation 2. The same in training and evaluation.</remarks>
public sealed class WeightNormNode : Node
{
    /// <summary>Below the root, so that a unit without weights stays finite.</summary>
    public const float Epsilon = 1e-5f;

    /// <summary>Creates the node.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="weight"><c>[..., units]</c>, not batched.</param>
    /// <param name="gain"><c>[units]</c>, or null for 1.</param>
    /// <param name="kind">Standardised or normalised.</param>
    /// <exception cref="GraphException">EK0101: shapes do not fit. EK0105: no kind.</exception>
    public WeightNormNode(string name, Value weight, Value? gain, WeightReparametrization kind)
        : base(name, [weight, .. gain is null ? Array.Empty<Value>() : [gain]])
    {
        if (kind is WeightReparametrization.None or WeightReparametrization.Spectral) throw GraphException.BadOption(name, $"{kind}", "Standardized or Normalized", "Without either the weights need no node.");
        if (weight.Shape.IsBatched || weight.Shape.Rank < 2) throw GraphException.ShapeMismatch(name, $"weight {weight.Shape}", "[inputs, units] or [height, width, channels, filters]", "Samples are normalised by other nodes.");
        if (gain is not null && gain.Shape != Shape.Of(weight.Shape.Channels)) throw GraphException.ShapeMismatch(name, $"gain {gain.Shape}", $"[{weight.Shape.Channels}], one number per unit of {weight.Shape}", "Give the gain the size of the last dimension.");
        Reparametrization = kind;
        Output = AddOutput(weight.Shape);
        Transform = AddOutput(Shape.Of(BatchNormNode.TransformRows, weight.Shape.Channels), "transform");
    }

    /// <summary>Standardised or normalised.</summary>
    public WeightReparametrization Reparametrization { get; }

    /// <summary>The weights to use.</summary>
    public Value Output { get; }

    /// <summary>What was applied, as <see cref="BatchNormNode.Transform"/>.</summary>
    public Value Transform { get; }

    /// <summary>The gain, or null for 1.</summary>
    public Value? Gain => Inputs.Length > 1 ? Inputs[1] : null;

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is not { } cotangent) return;
        var backward = new WeightNormBackwardNode($"{Name}.backward", cotangent, this);
        context.Add(Inputs[0], backward.WeightCotangent);
        if (Gain is { } gain) context.Add(gain, backward.GainCotangent);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new WeightNormNode(Name, inputs[0], inputs.Length > 1 ? inputs[1] : null, Reparametrization);
}
