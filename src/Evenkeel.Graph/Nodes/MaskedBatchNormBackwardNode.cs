using System.Collections.Immutable;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The adjoint of <see cref="MaskedBatchNormNode"/>: that of batch normalisation over the valid places, or <c>dx = a dy</c> there where running statistics normalised; padding gets none.</summary>
public sealed class MaskedBatchNormBackwardNode : Node
{
    /// <summary>Creates the adjoint.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="cotangent">Shaped as the input.</param>
    /// <param name="input"><c>[N, T, C]</c></param>
    /// <param name="mask"><c>[N, T]</c></param>
    /// <param name="transform">What the forward pass applied.</param>
    /// <param name="throughStatistics">Whether mean and variance were those of the batch, so that the gradient flows through them.</param>
    public MaskedBatchNormBackwardNode(string name, Value cotangent, Value input, Value mask, Value transform, bool throughStatistics)
        : base(name, cotangent, input, mask, transform)
    {
        ThroughStatistics = throughStatistics;
        InputCotangent = AddOutput(input.Shape, "d_input");
        GammaCotangent = AddOutput(Shape.Of(input.Shape.Channels), "d_gamma");
        BetaCotangent = AddOutput(Shape.Of(input.Shape.Channels), "d_beta");
    }

    /// <summary>Whether the gradient flows through mean and variance.</summary>
    public bool ThroughStatistics { get; }

    /// <summary>The cotangent of the input.</summary>
    public Value InputCotangent { get; }

    /// <summary>The cotangent of gamma.</summary>
    public Value GammaCotangent { get; }

    /// <summary>The cotangent of beta.</summary>
    public Value BetaCotangent { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new MaskedBatchNormBackwardNode(Name, inputs[0], inputs[1], inputs[2], inputs[3], ThroughStatistics);
}
