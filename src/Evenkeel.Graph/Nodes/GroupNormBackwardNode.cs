using System.Collections.Immutable;

namespace Evenkeel.Graph.Nodes;

/// <summary>The adjoint of <see cref="GroupNormNode"/>: <c>dx = s (g - mean g - xhat mean(g xhat))</c> over every group of a sample, with <c>g = gamma dy</c>; <c>dgamma = sum dy xhat</c>, <c>dbeta = sum dy</c>.</summary>
public sealed class GroupNormBackwardNode : SampleNormBackwardNode
{
    /// <summary>Creates the adjoint of <paramref name="forward"/>.</summary>
    public GroupNormBackwardNode(string name, Value cotangent, GroupNormNode forward)
        : this(name, cotangent, forward.Inputs[0], forward.Saved, forward.Gamma, forward.Groups, forward.Epsilon)
    {
    }

    private GroupNormBackwardNode(string name, Value cotangent, Value input, Value saved, Value? gamma, int groups, float epsilon)
        : base(name, cotangent, input, saved, gamma, epsilon) => Groups = groups;

    /// <summary>How many groups the channels form.</summary>
    public int Groups { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) =>
        new GroupNormBackwardNode(Name, inputs[0], inputs[1], inputs[2], inputs.Length > 3 ? inputs[3] : null, Groups, Epsilon);
}
