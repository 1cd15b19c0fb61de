namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>The shape of a convolution of one image: <c>[H, W, C]</c> with a filter <c>[KH, KW, C / groups, K]</c> gives <c>[OH, OW, K]</c>, all channels last.</summary>
/// <param name="Height">Rows of the input, 1 or more.</param>
/// <param name="Width">Columns of the input, 1 or more.</param>
/// <param name="Channels">Channels of the input, a multiple of <see cref="Groups"/>.</param>
/// <param name="Filters">Channels of the output, a multiple of <see cref="Groups"/>.</param>
/// <param name="KernelHeight">Rows of the filter.</param>
/// <param name="KernelWidth">Columns of the filter.</param>
public readonly record struct ConvolutionShape(int Height, int Width, int Channels, int Filters, int KernelHeight, int KernelWidth)
{
    /// <summary>Rows between two positions of the filter.</summary>
    public int StrideHeight { get; init; } = 1;

    /// <summary>Columns between two positions of the filter.</summary>
    public int StrideWidth { get; init; } = 1;

    /// <summary>Rows of zeros above the input.</summary>
    public int PaddingTop { get; init; }

    /// <summary>Rows of zeros below the input.</summary>
    public int PaddingBottom { get; init; }

    /// <summary>Columns of zeros left of the input.</summary>
    public int PaddingLeft { get; init; }

    /// <summary>Columns of zeros right of the input.</summary>
    public int PaddingRight { get; init; }

    /// <summary>Rows between two taps of the filter; 1 is a dense filter.</summary>
    public int DilationHeight { get; init; } = 1;

    /// <summary>Columns between two taps of the filter; 1 is a dense filter.</summary>
    public int DilationWidth { get; init; } = 1;

    /// <summary>Groups of channels that do not see each other; <c>C</c> of them make a depthwise convolution.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Rows of the output: <c>floor((H + top + bottom - dilation (KH - 1) - 1) / stride) + 1</c>.</summary>
    public int OutputHeight => ((Height + PaddingTop + PaddingBottom - (DilationHeight * (KernelHeight - 1)) - 1) / StrideHeight) + 1;

    /// <summary>Columns of the output, likewise.</summary>
    public int OutputWidth => ((Width + PaddingLeft + PaddingRight - (DilationWidth * (KernelWidth - 1)) - 1) / StrideWidth) + 1;

    /// <summary>Filters that see the same input channels.</summary>
    public int GroupFilters => Filters / Groups;

    /// <summary>Input channels that one filter sees.</summary>
    public int GroupChannels => Channels / Groups;

    /// <summary>Whether a pixel of the output needs the same pixel of the input alone.</summary>
    public bool IsPointwise => KernelHeight == 1 && KernelWidth == 1 && StrideHeight == 1 && StrideWidth == 1 && PaddingTop + PaddingBottom + PaddingLeft + PaddingRight == 0;

    /// <summary>Floats of an input image.</summary>
    public long InputFloats => (long)Height * Width * Channels;

    /// <summary>Floats of an output image.</summary>
    public long OutputFloats => (long)OutputHeight * OutputWidth * Filters;

    /// <summary>Floats of the filter.</summary>
    public long FilterFloats => (long)KernelHeight * KernelWidth * GroupChannels * Filters;

    /// <summary>Multiply-adds of one image.</summary>
    public long MultiplyAdds => OutputHeight * (long)OutputWidth * KernelHeight * KernelWidth * GroupChannels * Filters;

    /// <summary>Refuses what is no convolution.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, a padding negative, the groups do not divide the channels, or the filter is larger than the padded input.</exception>
    internal void Require()
    {
        if (Math.Min(Math.Min(Height, Width), Math.Min(Channels, Filters)) < 1
            || Math.Min(Math.Min(KernelHeight, KernelWidth), Math.Min(StrideHeight, StrideWidth)) < 1
            || Math.Min(Math.Min(DilationHeight, DilationWidth), Groups) < 1
            || Math.Min(Math.Min(PaddingTop, PaddingBottom), Math.Min(PaddingLeft, PaddingRight)) < 0
            || Channels % Groups != 0 || Filters % Groups != 0
            || Height + PaddingTop + PaddingBottom <= DilationHeight * (KernelHeight - 1)
            || Width + PaddingLeft + PaddingRight <= DilationWidth * (KernelWidth - 1))
        {
            throw new ArgumentOutOfRangeException(nameof(ConvolutionShape), this, "A convolution has sizes of 1 or more, groups that divide both numbers of channels, and a filter no larger than the padded input.");
        }
    }
}
