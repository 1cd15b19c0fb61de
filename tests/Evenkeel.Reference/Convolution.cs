namespace Evenkeel.Reference;

/// <summary>Convolution, channels last: <c>y[n, oh, ow, k] = bias[k] + sum_{kh, kw, c} x[n, oh s - top + kh d, ow s - left + kw d, c'] w[kh, kw, c, k]</c>.</summary>
/// <remarks>
/// <c>c'</c> is channel <c>c</c> of the group that filter <c>k</c> belongs to; x is zero outside the image.
/// Output and both gradients visit the same triples (x, w, y), so they can only be right or wrong together; central differences say which.
/// </remarks>
public static class Convolution
{
    /// <summary>y `[N, OH, OW, K]` of x `[N, H, W, C]`, w `[KH, KW, C / groups, K]` and bias `[K]`, none if null.</summary>
    public static double[] Forward(ConvolutionGeometry g, int images, double[] x, double[] w, double[]? bias = null)
    {
        Shape.Require(x, images * g.InputLength, nameof(x));
        Shape.Require(w, g.FilterLength, nameof(w));
        if (bias is not null) Shape.Require(bias, g.Filters, nameof(bias));
        double[] y = new double[images * g.OutputLength];
        for (int i = 0; i < y.Length; i++) y[i] = bias?[i % g.Filters] ?? 0;
        Visit(g, images, (ix, iw, iy) => y[iy] += x[ix] * w[iw]);
        return y;
    }

    /// <summary>The gradient of <c>sum(dy * y)</c> by x, `[N, H, W, C]`.</summary>
    public static double[] InputGradient(ConvolutionGeometry g, int images, double[] dy, double[] w)
    {
        Shape.Require(dy, images * g.OutputLength, nameof(dy));
        Shape.Require(w, g.FilterLength, nameof(w));
        double[] dx = new double[images * g.InputLength];
        Visit(g, images, (ix, iw, iy) => dx[ix] += dy[iy] * w[iw]);
        return dx;
    }

    /// <summary>The gradient of <c>sum(dy * y)</c> by w, `[KH, KW, C / groups, K]`.</summary>
    public static double[] FilterGradient(ConvolutionGeometry g, int images, double[] x, double[] dy)
    {
        Shape.Require(x, images * g.InputLength, nameof(x));
        Shape.Require(dy, images * g.OutputLength, nameof(dy));
        double[] dw = new double[g.FilterLength];
        Visit(g, images, (ix, iw, iy) => dw[iw] += x[ix] * dy[iy]);
        return dw;
    }

    /// <summary>The gradient of <c>sum(dy * y)</c> by the bias, `[K]`.</summary>
    public static double[] BiasGradient(ConvolutionGeometry g, double[] dy)
    {
        double[] dbias = new double[g.Filters];
        for (int i = 0; i < dy.Length; i++) dbias[i % g.Filters] += dy[i];
        return dbias;
    }

    private static void Visit(ConvolutionGeometry g, int images, Action<int, int, int> visit)
    {
        int groupChannels = g.Channels / g.Groups, groupFilters = g.Filters / g.Groups;
        for (int n = 0; n < images; n++)
            for (int oh = 0; oh < g.OutputHeight; oh++)
                for (int ow = 0; ow < g.OutputWidth; ow++)
                    for (int kh = 0; kh < g.KernelHeight; kh++)
                        for (int kw = 0; kw < g.KernelWidth; kw++)
                        {
                            int ih = oh * g.StrideHeight - g.PaddingTop + kh * g.DilationHeight;
                            int iw = ow * g.StrideWidth - g.PaddingLeft + kw * g.DilationWidth;
                            if (ih < 0 || ih >= g.Height || iw < 0 || iw >= g.Width) continue;
                            for (int c = 0; c < groupChannels; c++)
                                for (int k = 0; k < g.Filters; k++)
                                    visit(
                                        ((n * g.Height + ih) * g.Width + iw) * g.Channels + k / groupFilters * groupChannels + c,
                                        ((kh * g.KernelWidth + kw) * groupChannels + c) * g.Filters + k,
                                        ((n * g.OutputHeight + oh) * g.OutputWidth + ow) * g.Filters + k);
                        }
    }
}

/// <summary>The geometry of a convolution of images `[H, W, C]` with filters `[KH, KW, C / groups, K]`.</summary>
public sealed record ConvolutionGeometry(int Height, int Width, int Channels, int Filters, int KernelHeight, int KernelWidth)
{
    /// <summary>Rows between two positions of the filter.</summary>
    public int StrideHeight { get; init; } = 1;

    /// <summary>Columns between two positions of the filter.</summary>
    public int StrideWidth { get; init; } = 1;

    /// <summary>Rows of zeros above.</summary>
    public int PaddingTop { get; init; }

    /// <summary>Rows of zeros below.</summary>
    public int PaddingBottom { get; init; }

    /// <summary>Columns of zeros on the left.</summary>
    public int PaddingLeft { get; init; }

    /// <summary>Columns of zeros on the right.</summary>
    public int PaddingRight { get; init; }

    /// <summary>Rows between two taps.</summary>
    public int DilationHeight { get; init; } = 1;

    /// <summary>Columns between two taps.</summary>
    public int DilationWidth { get; init; } = 1;

    /// <summary>Groups of channels that do not see each other.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>OH: the positions at which the spread filter lies inside the padded image.</summary>
    public int OutputHeight => Positions(PaddingTop + Height + PaddingBottom, KernelHeight, DilationHeight, StrideHeight);

    /// <summary>OW, likewise.</summary>
    public int OutputWidth => Positions(PaddingLeft + Width + PaddingRight, KernelWidth, DilationWidth, StrideWidth);

    /// <summary>Values of an input image.</summary>
    public int InputLength => Height * Width * Channels;

    /// <summary>Values of an output image.</summary>
    public int OutputLength => OutputHeight * OutputWidth * Filters;

    /// <summary>Values of the filters.</summary>
    public int FilterLength => KernelHeight * KernelWidth * (Channels / Groups) * Filters;

    private static int Positions(int padded, int kernel, int dilation, int stride)
    {
        int positions = 0;
        while (positions * stride + (kernel - 1) * dilation < padded) positions++;
        return positions;
    }
}
