using System.Collections.Immutable;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>Normalises the channels at every place by their own statistics: <c>y = gamma (x - mean) / sqrt(variance + epsilon) + beta</c>, or without the mean, <c>y = gamma x / sqrt(mean x^2 + epsilon) + beta</c>.</summary>
/// <remarks>Ba, Kiros and Hinton, arXiv 1607.06450; Zhang and Sennrich, arXiv 1910.07467 (RMSNorm).</remarks>
public sealed class LayerNormNode : SampleNormNode
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
        : base(name, input, gamma, beta, epsilon, Shape.Batch(input.Shape.RowsPerSample, StatisticsPerRow), "statistics") => SubtractsMean = subtractsMean;

    /// <summary>Mean, its remainder beyond a float, and inverse deviation.</summary>
    public const int StatisticsPerRow = 3;

    /// <summary>Whether the mean is taken off.</summary>
    public bool SubtractsMean { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new LayerNormNode(Name, inputs[0], HasGamma ? inputs[1] : null, HasBeta ? inputs[^1] : null, Epsilon, SubtractsMean);

    private protected override SampleNormBackwardNode Backward(string name, Value cotangent) => new LayerNormBackwardNode(name, cotangent, this);
}
