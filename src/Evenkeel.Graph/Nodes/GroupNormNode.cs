using System.Collections.Immutable;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>Normalises groups of channels of every sample, over all its places: <c>y = gamma (x - mean) / sqrt(variance + epsilon) + beta</c> with one mean and variance per sample and group.</summary>
/// <remarks>Wu and He, arXiv 1803.08494, equation 7; one group normalises whole samples, as many groups as channels are instance normalisation (arXiv 1607.08022). What is saved is, per sample and channel, what the sweep applies, as <see cref="BatchNormNode.Transform"/>.</remarks>
public sealed class GroupNormNode : SampleNormNode
{
    /// <summary>Creates the normalisation.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input"><c>[N, ..., C]</c></param>
    /// <param name="gamma"><c>[C]</c>, or null for 1.</param>
    /// <param name="beta"><c>[C]</c>, or null for 0.</param>
    /// <param name="groups">How many groups the channels form, neighbours together; a divisor of C.</param>
    /// <param name="epsilon">Added below the root, above 0.</param>
    /// <exception cref="GraphException">EK0101: shapes do not fit. EK0105: groups do not divide the channels, a group would have one value, or epsilon is not above 0.</exception>
    public GroupNormNode(string name, Value input, Value? gamma, Value? beta, int groups, float epsilon)
        : base(name, input, gamma, beta, epsilon, Shape.Batch(BatchNormNode.TransformRows, input.Shape.Channels), "transform")
    {
        if (groups < 1 || input.Shape.Channels % groups != 0)
            throw GraphException.BadOption(name, $"{groups} groups of {input.Shape.Channels} channels", "a divisor of the channels", "32 groups are usual, or 16 channels a group.");
        if (input.Shape.ElementsPerSample == groups)
            throw GraphException.BadOption(name, $"{groups} groups of input {input.Shape}", "more than one value in a group", "A single value is its own mean: use fewer groups.");
        Groups = groups;
    }

    /// <summary>How many groups the channels form.</summary>
    public int Groups { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new GroupNormNode(Name, inputs[0], HasGamma ? inputs[1] : null, HasBeta ? inputs[^1] : null, Groups, Epsilon);

    private protected override SampleNormBackwardNode Backward(string name, Value cotangent) => new GroupNormBackwardNode(name, cotangent, this);
}
