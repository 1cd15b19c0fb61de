using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>Normalises the channels at every place by their own statistics: <c>y = gamma (x - mean) / sqrt(variance + epsilon) + beta</c>, or without the mean, <c>y = gamma x / sqrt(mean x^2 + epsilon) + beta</c>.</summary>
/// <remarks>Ba, Kiros and Hinton, arXiv 1607.06450; Zhang and Sennrich, arXiv 1910.07467 (RMSNorm). The same in training and evaluation.</remarks>
public sealed class LayerNormNode : Node
{
    /// <summary>Creates the normalisation.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input"><c>[N, ..., C]</c></param>
    /// <param name="gamma"><c>[C]</c>, or null for 1.</param>
    /// <param name="beta"><c>[C]</c>, or null for 0.</param>
    /// <param name="epsilon">Added below the root, above 0.</param>
    /// <param name="subtractsMean">Whether the mean is taken off; false for RMSNorm.</param>
    /// <exception cref="GraphException">EK0101: shapes do not fit. EK0105: epsilon is not above 0.</exception>
    public LayerNormNode(string name, Value input, Value? gamma, Value? beta, float epsilon, bool subtractsMean = true)
        : base(name, PerChannel.Inputs(name, input, epsilon, gamma, beta))
    {
        (Epsilon, SubtractsMean, HasGamma, HasBeta) = (epsilon, subtractsMean, gamma is not null, beta is not null);
        Output = AddOutput(input.Shape);
        Statistics = AddOutput(Shape.Batch(input.Shape.RowsPerSample, StatisticsPerRow), "statistics");
    }

    /// <summary>Mean, its remainder beyond a float, and inverse deviation.</summary>
    public const int StatisticsPerRow = 3;

    /// <summary>Added below the root.</summary>
    public float Epsilon { get; }

    /// <summary>Whether the mean is taken off.</summary>
    public bool SubtractsMean { get; }

    /// <summary>Whether there is a gamma.</summary>
    public bool HasGamma { get; }

    /// <summary>Whether there is a beta.</summary>
    public bool HasBeta { get; }

    /// <summary>The normalised tensor.</summary>
    public Value Output { get; }

    /// <summary>What every place leaves for the backward pass.</summary>
    public Value Statistics { get; }

    /// <summary>Gamma, or null for 1.</summary>
    public Value? Gamma => HasGamma ? Inputs[1] : null;

    /// <summary>Beta, or null for 0.</summary>
    public Value? Beta => HasBeta ? Inputs[^1] : null;

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is not { } cotangent) return;
        var backward = new LayerNormBackwardNode($"{Name}.backward", cotangent, this);
        context.Add(Inputs[0], backward.InputCotangent);
        if (Gamma is { } gamma) context.Add(gamma, backward.GammaCotangent);
        if (Beta is { } beta) context.Add(beta, backward.BetaCotangent);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new LayerNormNode(Name, inputs[0], HasGamma ? inputs[1] : null, HasBeta ? inputs[^1] : null, Epsilon, SubtractsMean);
}
