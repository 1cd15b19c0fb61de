using System.Collections.Immutable;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The adjoint of batch normalisation: <c>dx = gamma/s (dy - sum(dy)/n - xhat sum(dy xhat)/n)</c>, <c>dgamma = sum(dy xhat)</c>, <c>dbeta = sum(dy)</c>.</summary>
/// <remarks>Ioffe and Szegedy 2015, section 3, the six backward formulas in compact form; n counts the values per channel, s is sqrt(var + epsilon). Other divisors, Batch Renormalization and ghost batches have formulas of their own: see <see cref="BatchNormOptions"/>.</remarks>
public sealed class BatchNormBackwardNode : Node
{
    /// <summary>Creates the adjoint of <paramref name="forward"/>.</summary>
    public BatchNormBackwardNode(string name, Value cotangent, BatchNormNode forward)
        : this(name, cotangent, forward.Input, forward.Transform, forward.Correction, forward.Options)
    {
    }

    private BatchNormBackwardNode(string name, Value cotangent, Value input, Value transform, Value? correction, BatchNormOptions options)
        : base(name, [cotangent, input, transform, .. correction is null ? Array.Empty<Value>() : [correction]])
    {
        Options = options;
        InputCotangent = AddOutput(input.Shape, "d_input");
        GammaCotangent = AddOutput(Shape.Of(input.Shape.Channels), "d_gamma");
        BetaCotangent = AddOutput(Shape.Of(input.Shape.Channels), "d_beta");
    }

    /// <summary>The switches of the forward node.</summary>
    public BatchNormOptions Options { get; }

    /// <summary>The forward node's <see cref="BatchNormNode.Correction"/>.</summary>
    public Value? Correction => Inputs.Length > 3 ? Inputs[3] : null;

    /// <summary>The cotangent of the input.</summary>
    public Value InputCotangent { get; }

    /// <summary>The cotangent of gamma, <c>[C]</c>.</summary>
    public Value GammaCotangent { get; }

    /// <summary>The cotangent of beta, <c>[C]</c>.</summary>
    public Value BetaCotangent { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new BatchNormBackwardNode(Name, inputs[0], inputs[1], inputs[2], inputs.Length > 3 ? inputs[3] : null, Options);
}
