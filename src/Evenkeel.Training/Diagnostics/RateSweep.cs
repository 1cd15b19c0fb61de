using System.Collections.Immutable;

namespace Evenkeel.Training.Diagnostics;

/// <summary>The losses of a sweep over learning rates, each from the same first weights.</summary>
/// <param name="LearningRates">The rates, in rising order.</param>
/// <param name="Losses">The smoothed loss that each rate led to.</param>
public sealed record RateSweep(ImmutableArray<double> LearningRates, ImmutableArray<double> Losses);
