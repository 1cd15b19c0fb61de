namespace Evenkeel.Numerics.Kernels.Pooling;

/// <summary>What an average pooling divides the sum of a window by.</summary>
public enum PoolingDivisor
{
    /// <summary>The inputs in the window: padding does not count.</summary>
    Inputs,

    /// <summary>The places of the window: padding counts as zeros.</summary>
    Places,

    /// <summary>One: the sum itself. Its adjoint repeats a value over its window, which is nearest-neighbour up-sampling.</summary>
    One,
}

/// <summary>The factor of one output.</summary>
internal static class PoolingFactor
{
    public static float Of(PoolingDivisor divisor, PoolingShape shape, int row, int column) => divisor switch
    {
        PoolingDivisor.Inputs => 1f / ((shape.Rows.Ends[row] - shape.Rows.Starts[row]) * (shape.Columns.Ends[column] - shape.Columns.Starts[column])),
        PoolingDivisor.Places => 1f / (shape.Rows.Counts[row] * shape.Columns.Counts[column]),
        _ => 1,
    };
}
