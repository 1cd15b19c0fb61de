using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>Normalises groups of channels of every sample, over all its places: <c>y = gamma (x - mean) / sqrt(variance + epsilon) + beta</c> with one mean and variance per sample and group.</summary>
/// <remarks>Wu and He, arXiv 1803.08494, equation 7; one group normalises whole samples, as many groups as channels are instance normalisation (arXiv 1607.08022). The same in training and evaluation.</remarks>
public sealed class GroupNormNode : Node
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
        : base(name, PerChannel.Inputs(name, input, epsilon, gamma, beta))
    {
        if (groups < 1 || input.Shape.Channels % groups != 0)
            throw GraphException.BadOption(name, $"{groups} groups of {input.Shape.Channels} channels", "a divisor of the channels", "32 groups are usual, or 16 channels a group.");
        if (input.Shape.ElementsPerSample == groups)
            throw GraphException.BadOption(name, $"{groups} groups of input {input.Shape}", "more than one value in a group", "A single value is its own mean: use fewer groups.");
        (Groups, Epsilon, HasGamma, HasBeta) = (groups, epsilon, gamma is not null, beta is not null);
        Output = AddOutput(input.Shape);
        Transform = AddOutput(Shape.Batch(BatchNormNode.TransformRows, input.Shape.Channels), "transform");
    }

    /// <summary>How many groups the channels form.</summary>
    public int Groups { get; }

    /// <summary>Added below the root.</summary>
    public float Epsilon { get; }

    /// <summary>Whether there is a gamma.</summary>
    public bool HasGamma { get; }

    /// <summary>Whether there is a beta.</summary>
    public bool HasBeta { get; }

    /// <summary>The normalised tensor.</summary>
    public Value Output { get; }

    /// <summary>Per sample and channel what the sweep applies, as <see cref="BatchNormNode.Transform"/>.</summary>
    public Value Transform { get; }

    /// <summary>Gamma, or null for 1.</summary>
    public Value? Gamma => HasGamma ? Inputs[1] : null;

    /// <summary>Beta, or null for 0.</summary>
    public Value? Beta => HasBeta ? Inputs[^1] : null;

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is not { } cotangent) return;
        var backward = new GroupNormBackwardNode($"{Name}.backward", cotangent, this);
        context.Add(Inputs[0], backward.InputCotangent);
        if (Gamma is { } gamma) context.Add(gamma, backward.GammaCotangent);
        if (Beta is { } beta) context.Add(beta, backward.BetaCotangent);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new GroupNormNode(Name, inputs[0], HasGamma ? inputs[1] : null, HasBeta ? inputs[^1] : null, Groups, Epsilon);
}
