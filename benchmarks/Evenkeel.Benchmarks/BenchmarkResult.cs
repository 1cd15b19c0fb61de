namespace Evenkeel.Benchmarks;

/// <summary>The figures of one case.</summary>
/// <param name="Case">The case's name.</param>
/// <param name="Threads">The threads that its steps could use.</param>
/// <param name="MedianMilliseconds">The median step.</param>
/// <param name="MinimumMilliseconds">The fastest step.</param>
/// <param name="Runs">The steps timed.</param>
/// <param name="ResidentMegabytes">The process's largest resident set so far, in units of 2^20 bytes.</param>
/// <param name="AllocatedBytesPerStep">Managed bytes allocated by all threads, divided by the steps.</param>
public sealed record BenchmarkResult(
    string Case,
    int Threads,
    double MedianMilliseconds,
    double MinimumMilliseconds,
    int Runs,
    long ResidentMegabytes,
    double AllocatedBytesPerStep)
{
    /// <summary>10^9 floating-point operations per second in the median step; null where the case is not bound by them.</summary>
    public double? Gigaflops { get; init; }

    /// <summary>The multiply-add peak of as many threads, measured right before and right after; null where <see cref="Gigaflops"/> is.</summary>
    public double? PeakGigaflops { get; init; }
}
