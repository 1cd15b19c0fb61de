using System.Collections.Immutable;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The adjoint of <see cref="WhiteningNode"/>: through the iterations to the second moments, and <c>dgamma_j = sum_i G_ij W_ij</c>.</summary>
public sealed class WhiteningBackwardNode : Node
{
    /// <summary>Creates the adjoint of <paramref name="forward"/>.</summary>
    public WhiteningBackwardNode(string name, Value cotangent, WhiteningNode forward)
        : this(name, [cotangent, .. forward.Inputs], forward.InputShape, forward.Options, forward.UsesRunning)
    {
    }

    private WhiteningBackwardNode(string name, ImmutableArray<Value> inputs, Shape input, WhiteningOptions options, bool usesRunning)
        : base(name, inputs.AsSpan())
    {
        (InputShape, Options, UsesRunning) = (input, options, usesRunning);
        MomentCotangent = AddOutput(inputs[1].Shape, "d_moments");
        GammaCotangent = AddOutput(Shape.Of(input.Channels), "d_gamma");
    }

    /// <summary>The shape of what is decorrelated.</summary>
    public Shape InputShape { get; }

    /// <summary>Groups and iterations.</summary>
    public WhiteningOptions Options { get; }

    /// <summary>Whether the running matrix was taken.</summary>
    public bool UsesRunning { get; }

    /// <summary>Gamma, or null for 1.</summary>
    public Value? Gamma => Inputs.Length > 4 ? Inputs[4] : null;

    /// <summary>The cotangent of the second moments.</summary>
    public Value MomentCotangent { get; }

    /// <summary>The cotangent of gamma.</summary>
    public Value GammaCotangent { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new WhiteningBackwardNode(Name, inputs, InputShape, Options, UsesRunning);
}
