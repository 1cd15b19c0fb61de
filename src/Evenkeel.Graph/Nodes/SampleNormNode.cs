using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>What normalisations of samples by their own statistics share: gamma and beta per channel, and what they leave for the backward pass. The same in training and evaluation.</summary>
public abstract class SampleNormNode : Node
{
    /// <summary>Creates the normalisation.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input"><c>[N, ..., C]</c></param>
    /// <param name="gamma"><c>[C]</c>, or null for 1.</param>
    /// <param name="beta"><c>[C]</c>, or null for 0.</param>
    /// <param name="epsilon">Added below the root, above 0.</param>
    /// <param name="saved">The shape of what the backward pass reads.</param>
    /// <param name="savedName">Its name.</param>
    /// <exception cref="GraphException">EK0101: shapes do not fit. EK0105: epsilon is not above 0.</exception>
    private protected SampleNormNode(string name, Value input, Value? gamma, Value? beta, float epsilon, Shape saved, string savedName)
        : base(name, PerChannel.Inputs(name, input, epsilon, gamma, beta))
    {
        (Epsilon, HasGamma, HasBeta) = (epsilon, gamma is not null, beta is not null);
        Output = AddOutput(input.Shape);
        Saved = AddOutput(saved, savedName);
    }

    /// <summary>Added below the root.</summary>
    public float Epsilon { get; }

    /// <summary>Whether there is a gamma.</summary>
    public bool HasGamma { get; }

    /// <summary>Whether there is a beta.</summary>
    public bool HasBeta { get; }

    /// <summary>The normalised tensor.</summary>
    public Value Output { get; }

    /// <summary>What the backward pass reads.</summary>
    public Value Saved { get; }

    /// <summary>Gamma, or null for 1.</summary>
    public Value? Gamma => HasGamma ? Inputs[1] : null;

    /// <summary>Beta, or null for 0.</summary>
    public Value? Beta => HasBeta ? Inputs[^1] : null;

    /// <inheritdoc/>
    public sealed override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is not { } cotangent) return;
        var backward = Backward($"{Name}.backward", cotangent);
        context.Add(Inputs[0], backward.InputCotangent);
        if (Gamma is { } gamma) context.Add(gamma, backward.GammaCotangent);
        if (Beta is { } beta) context.Add(beta, backward.BetaCotangent);
    }

    /// <summary>Makes the adjoint.</summary>
    private protected abstract SampleNormBackwardNode Backward(string name, Value cotangent);
}
