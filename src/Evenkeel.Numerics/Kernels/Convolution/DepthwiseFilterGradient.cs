using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Convolution.Generated;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>The filter gradient of a depthwise convolution: channels are lanes, and all taps of a 3x3 or 5x5 filter are summed in one pass.</summary>
/// <remarks>
/// One vector of channels after another: its plane of x is copied between zeros, so that every tap has every pixel, and stays in the inner caches; dy is
/// read where it lies. An element is the sum over rows and columns of the output in ascending order within a block of rows that the shape decides; the sums of blocks, and of
/// images, are added in their order. Reads x and dy once.
/// </remarks>
internal sealed unsafe class DepthwiseFilterGradient<P> : ConvolutionAlgorithm
    where P : struct, IPack<P>
{
    private const int CacheFloats = 24 * 1024;

    private readonly int _blockRows;
    private readonly int _planeRows;
    private readonly int _planeColumns;

    public DepthwiseFilterGradient(ConvolutionShape shape)
        : base(shape)
    {
        _planeColumns = (shape.OutputWidth - 1) * shape.StrideWidth + (shape.KernelWidth - 1) * shape.DilationWidth + 1;
        var reach = (shape.KernelHeight - 1) * shape.DilationHeight + 1;
        var rows = CacheFloats / (_planeColumns * P.Width);
        _blockRows = Math.Clamp((rows - reach) / shape.StrideHeight + 1, 1, shape.OutputHeight);
        _planeRows = (_blockRows - 1) * shape.StrideHeight + reach;
    }

    public override string Name => $"{DepthwiseFamily.FamilyName} {Shape.KernelHeight}x{Shape.KernelWidth}x{P.Width}";

    public override long ScratchFloats => (long)_planeRows * _planeColumns * P.Width;

    public override int ChannelStep => P.Width;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(ref ConvolutionCall call)
    {
        var endChannel = call.EndChannel == 0 ? Shape.Channels : call.EndChannel;
        var accumulate = call.Accumulate;
        for (var image = call.FirstImage; image < call.EndImage; image++)
        {
            for (var row = 0; row < Shape.OutputHeight; row += _blockRows)
            {
                var end = Math.Min(row + _blockRows, Shape.OutputHeight);
                for (var channel = call.FirstChannel; channel < endChannel; channel += P.Width)
                {
                    var lanes = Math.Min(P.Width, endChannel - channel);
                    if (lanes == P.Width) Block<Off>(ref call, image, row, end, channel, lanes, accumulate);
                    else Block<On>(ref call, image, row, end, channel, lanes, accumulate);
                }

                accumulate = true;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Block<TPartial>(ref ConvolutionCall call, int image, int firstRow, int endRow, int channel, int lanes, bool accumulate)
        where TPartial : struct, ISwitch
    {
        FillPlane<TPartial>(call.Input + image * Shape.InputFloats + channel, call.Scratch, firstRow * Shape.StrideHeight - Shape.PaddingTop, lanes);
        var frame = new DepthwiseGradientFrame
        {
            Rows = endRow - firstRow,
            Pixels = Shape.OutputWidth,
            PixelStep = Shape.StrideWidth * P.Width,
            RowStep = (nint)Shape.StrideHeight * _planeColumns * P.Width,
            GradientStep = Shape.Channels,
            GradientRowStep = (nint)Shape.OutputWidth * Shape.Channels,
            TapRowStep = (nint)Shape.DilationHeight * _planeColumns * P.Width,
            TapColumnStep = Shape.DilationWidth * P.Width,
            FilterRowStep = (nint)Shape.KernelWidth * Shape.Channels,
            FilterColumnStep = Shape.Channels,
            Lanes = lanes,
            Accumulate = accumulate,
        };
        var dy = call.Output + image * Shape.OutputFloats + firstRow * frame.GradientRowStep + channel;
        for (var kh = 0; kh < Shape.KernelHeight;)
        {
            var rows = 1;
            for (var kw = 0; kw < Shape.KernelWidth;)
            {
                var (tapRows, tapColumns) = NextBlock(kw);
                var x = call.Scratch + kh * frame.TapRowStep + kw * frame.TapColumnStep;
                DepthwiseTaps.OfBlock<P, TPartial>(tapRows, tapColumns)(x, dy, call.Filter + kh * frame.FilterRowStep + kw * frame.FilterColumnStep + channel, &frame);
                rows = tapRows;
                kw += tapColumns;
            }

            kh += rows;
        }
    }

    private (int Rows, int Columns) NextBlock(int column)
    {
        var (height, width) = (Shape.KernelHeight, Shape.KernelWidth);
        if (height == width && (height == 3 || (height == 5 && P.Registers > 25))) return (height, width);
        return (1, width - column >= 5 ? 5 : width - column >= 3 ? 3 : 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillPlane<TPartial>(float* x, float* plane, int firstRow, int lanes)
        where TPartial : struct, ISwitch
    {
        for (var row = firstRow; row < firstRow + _planeRows; row++)
        {
            var inside = (uint)row < (uint)Shape.Height;
            var from = inside ? x + (long)row * Shape.Width * Shape.Channels : x;
            for (var column = -Shape.PaddingLeft; column < _planeColumns - Shape.PaddingLeft; column++)
            {
                var value = inside && (uint)column < (uint)Shape.Width
                    ? Lanes.Load<P, TPartial>(from + (long)column * Shape.Channels, lanes)
                    : P.Zero;
                P.Store(plane, value);
                plane += P.Width;
            }
        }
    }
}
