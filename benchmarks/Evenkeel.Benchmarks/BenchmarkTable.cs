using Evenkeel.Benchmarks.Cases;

namespace Evenkeel.Benchmarks;

/// <summary>Every case, in the order in which they are listed and run.</summary>
public static class BenchmarkTable
{
    /// <summary>The cases.</summary>
    public static IReadOnlyList<BenchmarkCase> All { get; } =
    [
        new SquareProductCase(256),
        new SquareProductCase(512),
        new SquareProductCase(1024),
    ];
}
