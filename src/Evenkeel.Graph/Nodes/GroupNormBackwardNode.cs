using System.Collections.Immutable;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The adjoint of <see cref="GroupNormNode"/>: <c>dx = s (g - mean g - xhat mean(g xhat))</c> over every group of a sample, with <c>g = gamma dy</c>; <c>dgamma = sum dy xhat</c>, <c>dbeta = sum dy</c>.</summary>
public sealed class GroupNormBackwardNode : Node
{
    /// <summary>Creates the adjoint of <paramref name="forward"/>.</summary>
    public GroupNormBackwardNode(string name, Value cotangent, GroupNormNode forward)
        : this(name, cotangent, forward.Inputs[0], forward.Transform, forward.Gamma, forward.Groups, forward.Epsilon)
    {
    }

    private GroupNormBackwardNode(string name, Value cotangent, Value input, Value transform, Value? gamma, int groups, float epsilon)
        : base(name, [cotangent, input, transform, .. gamma is null ? Array.Empty<Value>() : [gamma]])
    {
        (Groups, Epsilon) = (groups, epsilon);
        InputCotangent = AddOutput(input.Shape, "d_input");
        GammaCotangent = AddOutput(Shape.Of(input.Shape.Channels), "d_gamma");
        BetaCotangent = AddOutput(Shape.Of(input.Shape.Channels), "d_beta");
    }

    /// <summary>How many groups the channels form.</summary>
    public int Groups { get; }

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

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) =>
        new GroupNormBackwardNode(Name, inputs[0], inputs[1], inputs[2], inputs.Length > 3 ? inputs[3] : null, Groups, Epsilon);
}
