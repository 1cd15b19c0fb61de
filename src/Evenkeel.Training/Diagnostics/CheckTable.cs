using System.Collections.Immutable;
using Evenkeel.Training.Diagnostics.Checks;

namespace Evenkeel.Training.Diagnostics;

/// <summary>All checks of the doctor, one line each.</summary>
public static class CheckTable
{
    /// <summary>The checks in the order of their codes.</summary>
    public static ImmutableArray<Check> All { get; } =
    [
        new TinyBatch(),
        new RaggedLastBatch(),
        new NotWarmedUp(),
        new TwoModeGap(),
        new NonFiniteStatistics(),
        new NegativeVariance(),
        new ExplodingVariance(),
        new CollapsedChannels(),
        new DeadChannels(),
        new DecayedScaleAndShift(),
        new BiasBeforeNormalization(),
        new DropoutBeforeNormalization(),
        new MomentumConvention(),
        new UnusualEpsilon(),
        new VarianceEstimators(),
        new FrozenLayersMove(),
        new DomainShift(),
        new MicroBatches(),
        new ChannelsFirst(),
        new PaddedPositions(),
        new UntouchedStatistics(),
        new FoldingRefused(),
        new NormalizedOutput(),
        new SortedBatches(),
        new PooledBatch(),
        new RateTooHigh(),
        new RateTooLow(),
        new Underfitting(),
        new Overfitting(),
        new Plateau(),
        new ProbableCodeBug(),
    ];
}
