using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Training.Diagnostics;

/// <summary>A batch normalisation inside a recurrent cell, as the checks see any other: of the product with the previous state, or of c.</summary>
/// <remarks>Its output never leaves the cell, so it reads as the input, which no node of the model consumes.</remarks>
internal sealed class CellNormalization : IBatchNormalization
{
    private readonly RunningStatistics _statistics;

    private CellNormalization(RunningStatistics statistics, bool ofProduct, Value input, Value? gamma, Value? beta) =>
        (_statistics, SkipsFirstStep, Input, Gamma, Beta) = (statistics, ofProduct, input, gamma, beta);

    /// <inheritdoc/>
    public string Name => _statistics.Name;

    /// <inheritdoc/>
    public BatchNormOptions Options => _statistics.Options;

    /// <inheritdoc/>
    public Value Input { get; }

    /// <inheritdoc/>
    public Value Output => Input;

    /// <inheritdoc/>
    public Value? Mask => null;

    /// <inheritdoc/>
    public Value? Gamma { get; }

    /// <inheritdoc/>
    public Value? Beta { get; }

    /// <inheritdoc/>
    public Value RunningMean => _statistics.Mean;

    /// <inheritdoc/>
    public Value RunningVariance => _statistics.Variance;

    /// <inheritdoc/>
    public Value RunningWeight => _statistics.Weight;

    /// <summary>The running statistics' view of the input: <c>[N, T C]</c> where every time step has its own, <c>[N, T, C]</c> where all share one set.</summary>
    public Shape Shape => _statistics.Shape;

    /// <summary>Whether the first time step is compared with no batch: without a state before it the product is zero.</summary>
    public bool SkipsFirstStep { get; }

    /// <summary>The normalisations inside a cell; none without batch normalisation.</summary>
    /// <param name="node">The recurrent layer.</param>
    public static IEnumerable<CellNormalization> Of(RecurrentNode node)
    {
        if (node.Statistics.Count == 0) yield break;
        var norm = node.Extras.Norm!;
        yield return new CellNormalization(node.Statistics[0], true, node.Raw!, norm.HiddenGamma, null);
        if (node.Statistics.Count > 1) yield return new CellNormalization(node.Statistics[1], false, node.Cells, norm.CellGamma, norm.CellBeta);
    }
}
