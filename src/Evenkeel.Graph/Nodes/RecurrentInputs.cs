using Evenkeel.Graph.Normalization;

namespace Evenkeel.Graph.Nodes;

/// <summary>What a <see cref="RecurrentNode"/> may read beside its input and its weights.</summary>
public sealed record RecurrentInputs
{
    /// <summary>b <c>[gates * units]</c>, added to the product with the previous state; null for none. Not with a normalisation, behind which the input's bias serves both.</summary>
    public Value? Bias { get; init; }

    /// <summary>h before the first step <c>[N, units]</c>; null for zero.</summary>
    public Value? InitialHidden { get; init; }

    /// <summary>c before the first step of an LSTM <c>[N, units]</c>; null for zero. Given where <see cref="InitialHidden"/> is.</summary>
    public Value? InitialCell { get; init; }

    /// <summary>The normalisation inside the cell; null for none.</summary>
    public RecurrentNorm? Norm { get; init; }

    internal Value[] Present => [.. ((Value?[])[
        Bias, InitialHidden, InitialCell, Norm?.HiddenGamma, Norm?.CellGamma, Norm?.CellBeta,
        Norm?.Hidden?.Mean, Norm?.Hidden?.Variance, Norm?.Hidden?.Weight, Norm?.Cell?.Mean, Norm?.Cell?.Variance, Norm?.Cell?.Weight]).OfType<Value>()];

    internal RecurrentInputs Map(Func<Value, Value> by) => new()
    {
        Bias = Bias is null ? null : by(Bias),
        InitialHidden = InitialHidden is null ? null : by(InitialHidden),
        InitialCell = InitialCell is null ? null : by(InitialCell),
        Norm = Norm is null ? null : Norm with
        {
            HiddenGamma = by(Norm.HiddenGamma),
            CellGamma = Norm.CellGamma is null ? null : by(Norm.CellGamma),
            CellBeta = Norm.CellBeta is null ? null : by(Norm.CellBeta),
            Hidden = Norm.Hidden?.Map(by),
            Cell = Norm.Cell?.Map(by),
        },
    };
}

/// <summary>Normalisation inside a recurrent cell: of the product with the previous state, and of c where tanh sees it.</summary>
/// <remarks>Batch normalisation: Cooijmans et al., arXiv 1603.09025, equations 6 to 8. Layer normalisation: Ba, Kiros and Hinton, arXiv 1607.06450, equations 20 to 22.</remarks>
public sealed record RecurrentNorm
{
    /// <summary>Whether every sample is normalised over its units; else every unit over the samples of its time step.</summary>
    public required bool IsLayer { get; init; }

    /// <summary>Whether every time step has running statistics of its own; else all share one set. Batch normalisation alone; a training step takes the statistics of each time step either way.</summary>
    public bool PerStep { get; init; } = true;

    /// <summary>Epsilon, and for batch normalisation how running statistics follow.</summary>
    public BatchNormOptions Options { get; init; } = BatchNormOptions.Default;

    /// <summary>gamma of the product <c>[gates * units]</c>; it has no beta, since the input's bias serves both.</summary>
    public required Value HiddenGamma { get; init; }

    /// <summary>gamma of c <c>[units]</c>; null where c is not normalised, as in cells that have none.</summary>
    public Value? CellGamma { get; init; }

    /// <summary>beta of c <c>[units]</c>; null for zero.</summary>
    public Value? CellBeta { get; init; }

    /// <summary>Running statistics of the product, <c>[T, gates * units]</c> or <c>[gates * units]</c>; null for layer normalisation.</summary>
    public RunningValues? Hidden { get; init; }

    /// <summary>Running statistics of c, <c>[T, units]</c> or <c>[units]</c>.</summary>
    public RunningValues? Cell { get; init; }
}

/// <summary>The states of running statistics: raw averages and their weight.</summary>
/// <param name="Mean">The raw running average of the means.</param>
/// <param name="Variance">The raw running average of the variances.</param>
/// <param name="Weight"><c>[2]</c>: the weight that they have gathered, and the number of updates.</param>
public sealed record RunningValues(Value Mean, Value Variance, Value Weight)
{
    internal RunningValues Map(Func<Value, Value> by) => new(by(Mean), by(Variance), by(Weight));
}
