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
    double AllocatedBytesPerStep);
