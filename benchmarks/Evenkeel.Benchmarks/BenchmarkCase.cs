namespace Evenkeel.Benchmarks;

/// <summary>One thing to time. Its name is the peer's name for the same thing, so that the two can be paired.</summary>
public abstract class BenchmarkCase
{
    /// <summary>For example <c>op/gemm-512</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Allocates and fills everything that a step needs.</summary>
    /// <param name="threads">The threads that a step may use.</param>
    public abstract BenchmarkRun Prepare(int threads);
}

/// <summary>A prepared case.</summary>
public abstract class BenchmarkRun : IDisposable
{
    /// <summary>Floating-point operations of a step, two for each multiply-add of direct sums; 0 where the case is not bound by them. A training step counts three products for each of the forward pass.</summary>
    public double Operations { get; init; }

    /// <summary>What is timed.</summary>
    public abstract void Step();

    /// <summary>Frees what the case holds.</summary>
    public abstract void Dispose();
}
