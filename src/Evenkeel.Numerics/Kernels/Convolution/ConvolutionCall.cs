namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>The operands of one piece of a convolution. Tensors are whole, contiguous and channels last; the piece covers images <c>[FirstImage, EndImage)</c>.</summary>
public unsafe ref struct ConvolutionCall
{
    /// <summary>x <c>[N, H, W, C]</c>: read by <see cref="ConvolutionDirection.Forward"/> and <see cref="ConvolutionDirection.FilterGradient"/>, written by <see cref="ConvolutionDirection.InputGradient"/>.</summary>
    public float* Input;

    /// <summary>w <c>[KH, KW, C / groups, K]</c> as the model stores it; written by <see cref="ConvolutionDirection.FilterGradient"/>.</summary>
    public float* Filter;

    /// <summary>The filter as <see cref="ConvolutionAlgorithm.PackFilter"/> laid it out; null where the algorithm packs nothing.</summary>
    public float* Packed;

    /// <summary>y or dy <c>[N, OH, OW, K]</c>.</summary>
    public float* Output;

    /// <summary>One number per filter that the forward direction adds, or null.</summary>
    public float* Bias;

    /// <summary>The worker's own memory, <see cref="ConvolutionAlgorithm.ScratchFloats"/> long. Its content is unknown at entry.</summary>
    public float* Scratch;

    /// <summary>The first image of the piece.</summary>
    public int FirstImage;

    /// <summary>The image after the last one.</summary>
    public int EndImage;

    /// <summary>The first row of every image that is written: of y forward, of dx in the input gradient; in the filter gradient the first row of dy that is summed over,
    /// 0 for an algorithm without <see cref="ConvolutionAlgorithm.TakesRows"/>.</summary>
    public int FirstRow;

    /// <summary>The row after the last one; in the filter gradient 0 means all rows.</summary>
    public int EndRow;

    /// <summary>The first channel that is written: of y forward, of dx in the input gradient, filter of dw in the filter gradient. A multiple of <see cref="ConvolutionAlgorithm.ChannelStep"/>.</summary>
    public int FirstChannel;

    /// <summary>The channel after the last one, such a multiple too or the number of channels; 0 means all channels.</summary>
    public int EndChannel;

    /// <summary>Filter gradient: whether the sums are added to what <see cref="Filter"/> holds, instead of overwriting it.</summary>
    public bool Accumulate;
}
