namespace Evenkeel.Numerics.Kernels.Pooling;

/// <summary>The shape of a pooling of one image: <c>[H, W, C]</c> to <c>[OH, OW, C]</c>, each output over a rectangle of inputs of its own channel.</summary>
/// <param name="Rows">The windows' rows.</param>
/// <param name="Columns">The windows' columns.</param>
/// <param name="Channels">C.</param>
public sealed record PoolingShape(PoolingAxis Rows, PoolingAxis Columns, int Channels)
{
    /// <summary>Floats of an input image.</summary>
    public long InputFloats => (long)Rows.Size * Columns.Size * Channels;

    /// <summary>Floats of an output image.</summary>
    public long OutputFloats => (long)Rows.Outputs * Columns.Outputs * Channels;
}
