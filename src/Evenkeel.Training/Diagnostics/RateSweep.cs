using System.Collections.Immutable;

namespace Evenkeel.Training.Diagnostics;

/// <summary>The smoothed losses of a sweep over rising learning rates, as <see cref="Search.LearningRateFinder"/> makes it.</summary>
/// <param name="LearningRates">The rates, in rising order.</param>
/// <param name="Losses">The smoothed loss at each rate.</param>
public sealed record RateSweep(ImmutableArray<double> LearningRates, ImmutableArray<double> Losses);
