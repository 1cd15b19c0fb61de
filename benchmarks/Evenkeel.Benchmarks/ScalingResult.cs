using System.Collections.Immutable;

namespace Evenkeel.Benchmarks;

/// <summary>What a case gains from a team of threads.</summary>
/// <param name="Case">The case's name.</param>
/// <param name="Threads">The threads of the team.</param>
/// <param name="Pairs">The measurements, in their order; one thread and the team stood next to each other in time.</param>
public sealed record ScalingResult(string Case, int Threads, ImmutableArray<ScalingPair> Pairs)
{
    /// <summary>The median of <see cref="ScalingPair.Share"/>.</summary>
    public double MedianShare => Pairs.Select(static pair => pair.Share).Order().ElementAt(Pairs.Length / 2);
}

/// <summary>One measurement of a gain.</summary>
/// <param name="SpeedUp">One thread's median step divided by the team's.</param>
/// <param name="PeakSpeedUp">The team's multiply-add peak divided by one thread's, before and after the steps.</param>
public readonly record struct ScalingPair(double SpeedUp, double PeakSpeedUp)
{
    /// <summary>The part of the peak's gain that the case has.</summary>
    public double Share => SpeedUp / PeakSpeedUp;
}
