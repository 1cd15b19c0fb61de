using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.MatrixProduct;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>The filter gradient without an intermediate matrix: register tiles of (column of the filter, channel) by filters, summed over the pixels of an image.</summary>
/// <remarks>
/// A column and channel of the filter are a distance in a row of x, so a tile is a matrix product whose A is x, transposed, and whose B is dy, both
/// read where they lie. An element is the sum over rows and columns of the output in ascending order within a block of rows that the shape decides; the sums
/// of blocks, and of images, are added in their order. Writes dw once per block; reads x once per row of the filter and panel of filters, from the inner caches.
/// </remarks>
internal sealed unsafe class DirectFilterGradient<P> : ConvolutionAlgorithm
    where P : struct, IPack<P>
{
    private const int CacheFloats = 48 * 1024;

    private readonly AxisPhase[] _rows;
    private readonly AxisPhase _columns;
    private readonly SourceRows<P> _source;
    private readonly TileChoice _tile;
    private readonly int _blockRows;
    private readonly int _run;

    public DirectFilterGradient(ConvolutionShape shape)
        : base(shape)
    {
        _rows = AxisPhase.Rows(ConvolutionDirection.FilterGradient, shape);
        _columns = AxisPhase.Columns(ConvolutionDirection.FilterGradient, shape)[0];
        _run = shape.Groups == 1 && _columns.IsDense ? shape.KernelWidth * shape.Channels : shape.GroupChannels;
        _tile = TileChoice.For<P>(_run, shape.GroupFilters);
        var (left, right) = AxisPhase.Reach([_columns], 0, shape.OutputWidth);
        _blockRows = shape.OutputHeight;
        _source = new(shape.Height, shape.Width, shape.Channels, left, right, Ring(_blockRows));
        var floats = (long)shape.Width * shape.Channels * Ring(_blockRows) + shape.OutputFloats;
        if (floats <= CacheFloats) return;
        _blockRows = Math.Clamp((int)(CacheFloats * (long)shape.OutputHeight / floats), Math.Min(4, shape.OutputHeight), shape.OutputHeight);
        _source = new(shape.Height, shape.Width, shape.Channels, left, right, Ring(_blockRows));
    }

    public override string Name => $"{DirectFamily.FamilyName} {_tile.Limit}x{_tile.Vectors * P.Width}";

    public override long ScratchFloats => _source.Floats + 2 * Shape.OutputHeight;

    public override int ChannelStep => Shape.Groups == 1 ? _tile.Vectors * P.Width : Shape.GroupFilters;

    public override bool TakesRows => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(ref ConvolutionCall call)
    {
        var runs = (float**)call.Scratch;
        var ring = call.Scratch + 2 * Shape.OutputHeight;
        var accumulate = call.Accumulate;
        var endRow = call.EndRow == 0 ? Shape.OutputHeight : call.EndRow;
        for (var image = call.FirstImage; image < call.EndImage; image++)
        {
            var x = call.Input + image * Shape.InputFloats;
            var loaded = 0;
            for (var row = call.FirstRow; row < endRow; row += _blockRows)
            {
                var end = Math.Min(row + _blockRows, endRow);
                var (first, last) = AxisPhase.Reach(_rows, row, end);
                _source.Fill(x, ring, Math.Max(first, loaded), last);
                loaded = Math.Max(loaded, last);
                Block(ref call, x, ring, call.Output + image * Shape.OutputFloats, runs, row, end, accumulate);
                accumulate = true;
            }
        }
    }

    private int Ring(int blockRows) => AxisPhase.MostRead(_rows, Shape.OutputHeight, blockRows, Shape.Height);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Block(ref ConvolutionCall call, float* x, float* ring, float* dy, float** runs, int firstRow, int endRow, bool accumulate)
    {
        var rows = _rows[0];
        var segments = Shape.KernelWidth * Shape.GroupChannels / _run;
        for (var kh = 0; kh < Shape.KernelHeight; kh++)
        {
            for (var segment = 0; segment < segments; segment++)
            {
                var first = firstRow;
                var count = 0;
                for (var row = firstRow; row < endRow; row++)
                {
                    var from = row * rows.SourceStep + rows.Offsets[kh];
                    if (from < 0) first = row + 1;
                    if (from < 0 || from >= Shape.Height) continue;
                    runs[count++] = _source.At(x, ring, from, _columns.Offsets[segment]);
                }

                if (count == 0 && accumulate) continue;
                var dw = call.Filter + ((long)kh * Shape.KernelWidth + segment) * Shape.GroupChannels * Shape.Filters;
                Panels(ref call, runs, count, dy + (long)first * Shape.OutputWidth * Shape.Filters, dw, accumulate);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Panels(ref ConvolutionCall call, float** runs, int count, float* dy, float* dw, bool accumulate)
    {
        var frame = new TileFrame
        {
            Runs = count,
            Depth = Shape.OutputWidth,
            StrideA = Shape.StrideWidth * (long)Shape.Channels,
            StrideB = Shape.Filters,
            StrideC = Shape.Filters,
            Accumulate = accumulate,
        };
        var endChannel = call.EndChannel == 0 ? Shape.Filters : call.EndChannel;
        for (var group = 0; group < Shape.Groups; group++)
        {
            for (var inGroup = 0; inGroup < Shape.GroupFilters; inGroup += _tile.Vectors * P.Width)
            {
                var channel = group * Shape.GroupFilters + inGroup;
                if (channel < call.FirstChannel || channel >= endChannel) continue;
                var channels = Math.Min(Shape.GroupFilters - inGroup, _tile.Vectors * P.Width);
                var vectors = (channels + P.Width - 1) / P.Width;
                frame.LastLanes = channels - (vectors - 1) * P.Width;
                var tiles = TileTable<P>.Tiles(vectors, rows: false, partial: frame.LastLanes < P.Width);
                var split = new RowTiles(_run, TileTable<P>.Limit(vectors));
                for (var tile = 0; tile < split.Count; tile++)
                {
                    var at = split.First(tile);
                    ((delegate*<float**, nint, float*, float*, float*, TileFrame*, void>)tiles[split.Height(tile)])(
                        runs, group * Shape.GroupChannels + at, dy + channel, dw + (long)at * Shape.Filters + channel, null, &frame);
                }
            }
        }
    }
}
