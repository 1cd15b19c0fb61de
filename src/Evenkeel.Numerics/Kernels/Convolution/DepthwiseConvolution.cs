using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Convolution.Generated;
using Evenkeel.Numerics.Kernels.MatrixProduct;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>Depthwise convolution, forward and input gradient: channels are lanes, everything is read where it lies.</summary>
/// <remarks>
/// A tile is a few pixels of a row by one vector of channels: each column that it reads is loaded once for all taps, and columns in the padding are
/// zeros that are never read. Panels of channels are done one after another, so that the rows under a filter stay in the innermost cache: each input
/// element comes from further out once. Every element is one chain that starts at the bias and goes over the taps in the order of what they read.
/// </remarks>
internal sealed unsafe class DepthwiseConvolution<P> : ConvolutionAlgorithm
    where P : struct, IPack<P>
{
    private const int CacheFloats = 6 * 1024;

    private readonly bool _forward;
    private readonly AxisPhase[] _rows;
    private readonly AxisPhase[] _columns;
    private readonly int _panel;

    public DepthwiseConvolution(ConvolutionDirection direction, ConvolutionShape shape)
        : base(shape)
    {
        _forward = direction == ConvolutionDirection.Forward;
        _rows = AxisPhase.Rows(direction, shape);
        _columns = AxisPhase.Columns(direction, shape);
        var rowFloats = (_forward ? shape.Width : shape.OutputWidth) * P.Width;
        _panel = Math.Clamp(CacheFloats / (shape.KernelHeight * rowFloats), 1, 4) * P.Width;
    }

    public override string Name => $"{DepthwiseFamily.FamilyName} {DepthwisePixels.Limit}x{P.Width}";

    public override int ChannelStep => P.Width;

    private int ReadHeight => _forward ? Shape.Height : Shape.OutputHeight;

    private int ReadWidth => _forward ? Shape.Width : Shape.OutputWidth;

    private int WrittenHeight => _forward ? Shape.OutputHeight : Shape.Height;

    private int WrittenWidth => _forward ? Shape.OutputWidth : Shape.Width;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(ref ConvolutionCall call)
    {
        var read = _forward ? call.Input : call.Output;
        var written = _forward ? call.Output : call.Input;
        var endChannel = call.EndChannel == 0 ? Shape.Channels : call.EndChannel;
        for (var image = call.FirstImage; image < call.EndImage; image++)
        {
            var source = read + image * (long)ReadHeight * ReadWidth * Shape.Channels;
            var target = written + image * (long)WrittenHeight * WrittenWidth * Shape.Channels;
            for (var channel = call.FirstChannel; channel < endChannel; channel += _panel)
            {
                var channels = Math.Min(_panel, endChannel - channel);
                foreach (var rows in _rows)
                {
                    foreach (var columns in _columns)
                    {
                        var (first, end) = rows.Within(call.FirstRow, call.EndRow);
                        for (var i = first; i < end; i++) Row(ref call, source + channel, target + channel, rows, columns, i, channel, channels);
                    }
                }
            }
        }
    }

    /// <summary>Whether there are tiles for every phase of the columns.</summary>
    public static bool Can(ConvolutionDirection direction, in ConvolutionShape shape)
    {
        var length = direction == ConvolutionDirection.Forward ? shape.Width : shape.OutputWidth;
        foreach (var columns in AxisPhase.Columns(direction, shape))
        {
            var taps = Taps(columns);
            if (columns.Count == 0 || columns.Taps.Length == 0) continue;
            if (!columns.IsDense || DepthwisePixels.Of<P, Off, Off>(taps, Stride(columns), 1) == null) return false;
            var (left, right) = Missing(columns, 0, columns.Count, length);
            if (left >= taps || right >= taps) return false;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(ref ConvolutionCall call, float* source, float* target, AxisPhase rows, AxisPhase columns, int i, int channel, int channels)
    {
        var stride = Shape.Channels;
        var (firstTap, endTap) = rows.Inside(i, ReadHeight);
        var frame = new DepthwiseFrame
        {
            TapRows = columns.Taps.Length == 0 ? 0 : endTap - firstTap,
            RowStep = (nint)rows.OffsetStep * ReadWidth * stride,
            ColumnStep = columns.Taps.Length == 1 ? columns.SourceStep * stride : stride,
            FilterRowStep = rows.TapStep * Shape.KernelWidth * stride,
            FilterColumnStep = columns.TapStep * stride,
            WrittenStep = columns.Step * stride,
        };
        var x = source;
        var w = call.Filter + channel;
        var y = target + ((rows.First + i * rows.Step) * (long)WrittenWidth + columns.First) * stride;
        if (frame.TapRows > 0)
        {
            x += ((i * rows.SourceStep + rows.Offsets[firstTap]) * (long)ReadWidth + columns.Offsets[0]) * stride;
            w += (rows.Taps[firstTap] * (long)Shape.KernelWidth + columns.Taps[0]) * stride;
        }

        var start = _forward && call.Bias != null ? call.Bias + channel : null;
        var split = new RowTiles(columns.Count, DepthwisePixels.Limit);
        for (var tile = 0; tile < split.Count; tile++)
        {
            var pixels = split.Height(tile);
            if (frame.TapRows > 0) (frame.MissingLeft, frame.MissingRight) = Missing(columns, split.First(tile), split.First(tile) + pixels, ReadWidth);
            if ((frame.MissingLeft | frame.MissingRight) == 0) Tile<Off>(columns, x, w, y, start, pixels, channels, &frame);
            else Tile<On>(columns, x, w, y, start, pixels, channels, &frame);
            x += (nint)pixels * columns.SourceStep * stride;
            y += pixels * frame.WrittenStep;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TEdge>(AxisPhase columns, float* x, float* w, float* y, float* start, int pixels, int channels, DepthwiseFrame* frame)
        where TEdge : struct, ISwitch
    {
        var run = DepthwisePixels.Of<P, Off, TEdge>(Taps(columns), Stride(columns), pixels);
        for (; channels >= P.Width; channels -= P.Width)
        {
            run(x, w, y, start, frame);
            x += P.Width;
            w += P.Width;
            y += P.Width;
            if (start != null) start += P.Width;
        }

        if (channels == 0) return;
        frame->Lanes = channels;
        DepthwisePixels.Of<P, On, TEdge>(Taps(columns), Stride(columns), pixels)(x, w, y, start, frame);
    }

    // A phase without taps is written with the tile of one tap and no row of it.
    private static int Taps(AxisPhase columns) => Math.Max(1, columns.Taps.Length);

    // Single taps share no column, so their stride is a matter of the column step.
    private static int Stride(AxisPhase columns) => columns.Taps.Length < 2 ? 1 : columns.SourceStep;

    private static (int Left, int Right) Missing(AxisPhase columns, int first, int end, int length) => (
        Math.Max(0, -(first * columns.SourceStep + columns.Offsets[0])),
        Math.Max(0, (end - 1) * columns.SourceStep + columns.Offsets[^1] + 1 - length));
}

/// <summary>The entry of <see cref="DepthwiseConvolution{P}"/> and <see cref="DepthwiseFilterGradient{P}"/>: as many groups as channels, and one filter each.</summary>
internal sealed class DepthwiseFamily : ConvolutionFamily
{
    public const string FamilyName = "depthwise";

    public override string Name => FamilyName;

    public override bool Can<P>(ConvolutionDirection direction, in ConvolutionShape shape) =>
        shape.Groups == shape.Channels && shape.Filters == shape.Channels
        && (direction == ConvolutionDirection.FilterGradient || DepthwiseConvolution<P>.Can(direction, shape));

    // A single channel is a row of single pixels, which a vector of pixels would serve; there the direct tiles are as good.
    public override bool Wants<P>(ConvolutionDirection direction, in ConvolutionShape shape) => shape.Channels > 1;

    public override ConvolutionAlgorithm Create<P>(ConvolutionDirection direction, in ConvolutionShape shape) =>
        direction == ConvolutionDirection.FilterGradient ? new DepthwiseFilterGradient<P>(shape) : new DepthwiseConvolution<P>(direction, shape);
}
