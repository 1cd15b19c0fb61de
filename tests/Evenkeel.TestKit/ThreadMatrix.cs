using Xunit;

namespace Evenkeel.TestKit;

/// <summary>The thread counts of the house's law that the same seed gives the same bits: one, two, and more than the machine may have.</summary>
public sealed class ThreadMatrix : TheoryData<int>
{
    /// <summary>One, two and three.</summary>
    public static readonly int[] Counts = [1, 2, 3];

    /// <summary>A row per thread count.</summary>
    public ThreadMatrix() => AddRange(Counts);
}

/// <summary>Every supported width with every thread count.</summary>
public sealed class WidthThreadMatrix : TheoryData<int, int>
{
    /// <summary>A row per width and thread count.</summary>
    public WidthThreadMatrix()
    {
        foreach (int width in WidthMatrix.Supported)
            foreach (int threads in ThreadMatrix.Counts) Add(width, threads);
    }
}
