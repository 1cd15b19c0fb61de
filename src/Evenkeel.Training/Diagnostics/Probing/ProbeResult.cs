using System.Collections.Immutable;

namespace Evenkeel.Training.Diagnostics.Probing;

/// <summary>How far a layer's running statistics are from those of the held batch.</summary>
/// <param name="Layer">The normalisation.</param>
/// <param name="MeanShift">The mean over channels of <c>|batch mean - running mean| / running deviation</c>, each capped at 10.</param>
/// <param name="VarianceRatio">The mean over channels of <c>|ln(batch variance / running variance)|</c>, each capped at 10.</param>
/// <param name="DropoutShift">The mean over channels of <c>|ln(batch variance with dropout / without)|</c>; 0 where no dropout comes before.</param>
/// <param name="Blame">By how much the loss of the held batch rises when this layer alone uses its running statistics; null where the loss is not known or the statistics fit.</param>
public sealed record LayerGap(string Layer, double MeanShift, double VarianceRatio, double DropoutShift, double? Blame);

/// <summary>One held batch, run with batch statistics and with running statistics.</summary>
public sealed record ProbeResult
{
    /// <summary>Samples of the held batch.</summary>
    public required int Samples { get; init; }

    /// <summary>The layers that train with batch statistics, the one with the most blame first.</summary>
    public required ImmutableArray<LayerGap> Layers { get; init; }

    /// <summary>The loss with batch statistics and without dropout; null where the loss is not known.</summary>
    public double? BatchLoss { get; init; }

    /// <summary>The loss as in evaluation, with running statistics; null where the loss is not known.</summary>
    public double? RunningLoss { get; init; }
}
