namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>The definition in plain loops, one float sum per element: the last resort and a second opinion. Every stride, padding, dilation and number of groups.</summary>
/// <remarks><c>y[oh, ow, k] = bias[k] + sum x[oh s - top + kh d, ow s - left + kw d, c] w[kh, kw, c, k]</c>; taps in the padding count as zero and are left out.</remarks>
internal sealed unsafe class PlainConvolution(ConvolutionDirection direction, ConvolutionShape shape) : ConvolutionAlgorithm(shape)
{
    public override string Name => PlainFamily.FamilyName;

    public override int ChannelStep => 1;

    public override void Run(ref ConvolutionCall call)
    {
        if (direction == ConvolutionDirection.FilterGradient)
        {
            FilterGradient(ref call);
            return;
        }

        var columns = direction == ConvolutionDirection.Forward ? Shape.OutputWidth : Shape.Width;
        for (var image = call.FirstImage; image < call.EndImage; image++)
        {
            for (var row = call.FirstRow; row < call.EndRow; row++)
            {
                for (var column = 0; column < columns; column++)
                {
                    if (direction == ConvolutionDirection.Forward) OutputPixel(ref call, image, row, column);
                    else InputPixel(ref call, image, row, column);
                }
            }
        }
    }

    private void OutputPixel(ref ConvolutionCall call, int image, int row, int column)
    {
        var y = Output(ref call, image, row, column);
        for (var k = call.FirstChannel; k < End(ref call, Shape.Filters); k++)
        {
            var sum = call.Bias == null ? 0f : call.Bias[k];
            for (var kh = 0; kh < Shape.KernelHeight; kh++)
            {
                var ih = InputRow(row, kh);
                if ((uint)ih >= (uint)Shape.Height) continue;
                for (var kw = 0; kw < Shape.KernelWidth; kw++)
                {
                    var iw = InputColumn(column, kw);
                    if ((uint)iw >= (uint)Shape.Width) continue;
                    var x = Input(ref call, image, ih, iw) + k / Shape.GroupFilters * Shape.GroupChannels;
                    var w = Filter(ref call, kh, kw) + k;
                    for (var c = 0; c < Shape.GroupChannels; c++) sum += x[c] * w[c * Shape.Filters];
                }
            }

            y[k] = sum;
        }
    }

    private void InputPixel(ref ConvolutionCall call, int image, int row, int column)
    {
        var dx = Input(ref call, image, row, column);
        for (var c = call.FirstChannel; c < End(ref call, Shape.Channels); c++)
        {
            var (group, channel) = Math.DivRem(c, Shape.GroupChannels);
            var sum = 0f;
            for (var kh = 0; kh < Shape.KernelHeight; kh++)
            {
                var (oh, restRow) = Math.DivRem(row + Shape.PaddingTop - kh * Shape.DilationHeight, Shape.StrideHeight);
                if (restRow != 0 || (uint)oh >= (uint)Shape.OutputHeight) continue;
                for (var kw = 0; kw < Shape.KernelWidth; kw++)
                {
                    var (ow, restColumn) = Math.DivRem(column + Shape.PaddingLeft - kw * Shape.DilationWidth, Shape.StrideWidth);
                    if (restColumn != 0 || (uint)ow >= (uint)Shape.OutputWidth) continue;
                    var dy = Output(ref call, image, oh, ow) + group * Shape.GroupFilters;
                    var w = Filter(ref call, kh, kw) + (long)channel * Shape.Filters + group * Shape.GroupFilters;
                    for (var k = 0; k < Shape.GroupFilters; k++) sum += dy[k] * w[k];
                }
            }

            dx[c] = sum;
        }
    }

    private void FilterGradient(ref ConvolutionCall call)
    {
        for (var kh = 0; kh < Shape.KernelHeight; kh++)
        {
            for (var kw = 0; kw < Shape.KernelWidth; kw++)
            {
                for (var c = 0; c < Shape.GroupChannels; c++)
                {
                    var dw = Filter(ref call, kh, kw) + (long)c * Shape.Filters;
                    for (var k = call.FirstChannel; k < End(ref call, Shape.Filters); k++)
                    {
                        var sum = call.Accumulate ? dw[k] : 0f;
                        for (var image = call.FirstImage; image < call.EndImage; image++) sum += ImageSum(ref call, image, kh, kw, c, k);
                        dw[k] = sum;
                    }
                }
            }
        }
    }

    private float ImageSum(ref ConvolutionCall call, int image, int kh, int kw, int c, int k)
    {
        var sum = 0f;
        for (var oh = 0; oh < Shape.OutputHeight; oh++)
        {
            var ih = InputRow(oh, kh);
            if ((uint)ih >= (uint)Shape.Height) continue;
            for (var ow = 0; ow < Shape.OutputWidth; ow++)
            {
                var iw = InputColumn(ow, kw);
                if ((uint)iw >= (uint)Shape.Width) continue;
                sum += Input(ref call, image, ih, iw)[k / Shape.GroupFilters * Shape.GroupChannels + c] * Output(ref call, image, oh, ow)[k];
            }
        }

        return sum;
    }

    private static int End(ref ConvolutionCall call, int channels) => call.EndChannel == 0 ? channels : call.EndChannel;

    private int InputRow(int oh, int kh) => oh * Shape.StrideHeight - Shape.PaddingTop + kh * Shape.DilationHeight;

    private int InputColumn(int ow, int kw) => ow * Shape.StrideWidth - Shape.PaddingLeft + kw * Shape.DilationWidth;

    private float* Input(ref ConvolutionCall call, int image, int row, int column) =>
        call.Input + image * Shape.InputFloats + ((long)row * Shape.Width + column) * Shape.Channels;

    private float* Output(ref ConvolutionCall call, int image, int row, int column) =>
        call.Output + image * Shape.OutputFloats + ((long)row * Shape.OutputWidth + column) * Shape.Filters;

    private float* Filter(ref ConvolutionCall call, int kh, int kw) =>
        call.Filter + ((long)kh * Shape.KernelWidth + kw) * Shape.GroupChannels * Shape.Filters;
}

/// <summary>The entry of <see cref="PlainConvolution"/>.</summary>
internal sealed class PlainFamily : ConvolutionFamily
{
    public const string FamilyName = "plain";

    public override string Name => FamilyName;

    public override bool Can<P>(ConvolutionDirection direction, in ConvolutionShape shape) => true;

    public override ConvolutionAlgorithm Create<P>(ConvolutionDirection direction, in ConvolutionShape shape) => new PlainConvolution(direction, shape);
}
