namespace Evenkeel.Numerics.Kernels.Pooling;

/// <summary>Arguments of the pooling kernels: whole, contiguous tensors, and the part that a piece writes. Forward a piece writes rows of the output, backward rows of the input's gradient.</summary>
public unsafe struct PoolingArguments
{
    /// <summary>The shape of an image.</summary>
    public PoolingShape Shape;

    /// <summary>x, or dx where a kernel goes backward: <c>[N, H, W, C]</c>.</summary>
    public float* Input;

    /// <summary>y or dy, <c>[N, OH, OW, C]</c>.</summary>
    public float* Output;

    /// <summary>Maximum: for each output the position <c>h W + w</c> of the input that it took, as a float; exact up to 2^24. Null where nobody needs it. <c>[N, OH, OW, C]</c></summary>
    public float* Positions;

    /// <summary>Average: what a sum is divided by.</summary>
    public PoolingDivisor Divisor;

    /// <summary>The first image of the piece.</summary>
    public int FirstImage;

    /// <summary>The image after the last one.</summary>
    public int EndImage;

    /// <summary>The first row of every image that is written.</summary>
    public int FirstRow;

    /// <summary>The row after the last one.</summary>
    public int EndRow;
}
