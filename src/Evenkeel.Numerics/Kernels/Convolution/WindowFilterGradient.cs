using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.MatrixProduct;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>The filter gradient for few filters: the columns of the filter stand side by side in the vectors, as windows of a row of dy.</summary>
/// <remarks>
/// What the pixel at column i of x meets under the columns of the filter, from the last to the first, are neighbours in a row of dy. So where K fills a vector badly, or
/// only one, KW K floats fill several, and a broadcast of x serves all columns of the filter. The copy between zeros is made of dy; x is read where it
/// lies. An element is the sum over rows and columns of x in ascending order within a block of rows that the shape decides; the sums of blocks, and of images, are added in their order.
/// </remarks>
internal sealed unsafe class WindowFilterGradient<P> : ConvolutionAlgorithm
    where P : struct, IPack<P>
{
    private const int CacheFloats = 48 * 1024;

    private readonly AxisPhase _rows;
    private readonly SourceRows<P> _gradient;
    private readonly TileChoice _tile;
    private readonly int _blockRows;
    private readonly int _left;

    public WindowFilterGradient(ConvolutionShape shape)
        : base(shape)
    {
        _rows = AxisPhase.Rows(ConvolutionDirection.FilterGradient, shape)[0];
        _tile = Choose(shape);
        _left = shape.PaddingLeft - shape.KernelWidth + 1;
        var rowFloats = (long)(shape.Width + shape.KernelWidth) * (shape.Channels + shape.Filters);
        _blockRows = (int)Math.Clamp(CacheFloats / rowFloats, Math.Min(4, shape.OutputHeight), shape.OutputHeight);
        _gradient = new(shape.OutputHeight, shape.OutputWidth, shape.Filters, _left, shape.Width + shape.PaddingLeft, _blockRows);
    }

    public override string Name => $"{WindowFamily.FamilyName} {_tile.Limit}x{_tile.Vectors * P.Width}";

    public override long ScratchFloats => RunFloats + TileFloats + _gradient.Floats;

    private int RunFloats => 2 * Shape.OutputHeight;

    private static int TileFloats => P.Registers * P.Width;

    private int WindowFloats => Shape.KernelWidth * Shape.Filters;

    /// <summary>Whether the columns of the filter are neighbours for every pixel.</summary>
    public static bool Can(in ConvolutionShape shape) =>
        shape.Groups == 1 && shape.StrideWidth == 1 && shape.DilationWidth == 1 && shape.KernelWidth > 1;

    /// <summary>Whether its tiles are fewer or fuller than those that have the filters alone in their vectors.</summary>
    public static bool Wants(in ConvolutionShape shape)
    {
        if (!Can(shape)) return false;
        var rows = shape.KernelWidth * shape.Channels;
        return Choose(shape).Cost<P>(shape.Channels, shape.KernelWidth * shape.Filters) < TileChoice.For<P>(rows, shape.Filters).Cost<P>(rows, shape.Filters);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(ref ConvolutionCall call)
    {
        var runs = (float**)call.Scratch;
        var tile = call.Scratch + RunFloats;
        var ring = tile + TileFloats;
        var accumulate = call.Accumulate;
        for (var image = call.FirstImage; image < call.EndImage; image++)
        {
            var x = call.Input + image * Shape.InputFloats;
            var dy = call.Output + image * Shape.OutputFloats;
            for (var row = 0; row < Shape.OutputHeight; row += _blockRows)
            {
                var end = Math.Min(row + _blockRows, Shape.OutputHeight);
                _gradient.Fill(dy, ring, row, end);
                for (var kh = 0; kh < Shape.KernelHeight; kh++)
                {
                    var first = row;
                    var count = 0;
                    for (var oh = row; oh < end; oh++)
                    {
                        var ih = oh * _rows.SourceStep + _rows.Offsets[kh];
                        if (ih < 0) first = oh + 1;
                        if (ih >= 0 && ih < Shape.Height) runs[count++] = x + (long)ih * Shape.Width * Shape.Channels;
                    }

                    if (count == 0 && accumulate) continue;
                    var window = count == 0 ? dy : _gradient.At(dy, ring, first, _left);
                    Tiles(call.Filter + (long)kh * Shape.KernelWidth * Shape.Channels * Shape.Filters, runs, count, window, tile, accumulate);
                }

                accumulate = true;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Tiles(float* dw, float** runs, int count, float* window, float* tile, bool accumulate)
    {
        var rowFloats = _gradient.InPlace ? Shape.OutputWidth : Shape.Width + Shape.KernelWidth - 1;
        var frame = new TileFrame
        {
            Runs = count,
            Depth = Shape.Width,
            StrideA = Shape.Channels,
            StrideB = Shape.Filters,
            GapB = (rowFloats - Shape.Width) * (long)Shape.Filters,
        };
        for (var column = 0; column < WindowFloats; column += _tile.Vectors * P.Width)
        {
            var columns = Math.Min(WindowFloats - column, _tile.Vectors * P.Width);
            var vectors = (columns + P.Width - 1) / P.Width;
            frame.LastLanes = columns - (vectors - 1) * P.Width;
            frame.StrideC = vectors * P.Width;
            var tiles = TileTable<P>.Tiles(vectors, rows: false, partial: frame.LastLanes < P.Width);
            var split = new RowTiles(Shape.Channels, TileTable<P>.Limit(vectors));
            for (var part = 0; part < split.Count; part++)
            {
                var (channel, channels) = (split.First(part), split.Height(part));
                ((delegate*<float**, nint, float*, float*, float*, TileFrame*, void>)tiles[channels])(runs, channel, window + column, tile, null, &frame);
                for (var c = 0; c < channels; c++) Spread(dw + (long)(channel + c) * Shape.Filters, tile + c * frame.StrideC, column, columns, accumulate);
            }
        }
    }

    /// <summary>Brings a row of a tile to where its columns of the filter lie, which are reversed.</summary>
    private void Spread(float* dw, float* sums, int column, int columns, bool accumulate)
    {
        for (var at = column; at < column + columns;)
        {
            var (place, filter) = Math.DivRem(at, Shape.Filters);
            var count = Math.Min(Shape.Filters - filter, column + columns - at);
            var to = dw + (long)(Shape.KernelWidth - 1 - place) * Shape.Channels * Shape.Filters + filter;
            for (var i = 0; i < count; i += P.Width)
            {
                var lanes = Math.Min(P.Width, count - i);
                var sum = P.LoadPartial(sums + i, lanes);
                P.StorePartial(to + i, accumulate ? P.LoadPartial(to + i, lanes) + sum : sum, lanes);
            }

            sums += count;
            at += count;
        }
    }

    private static TileChoice Choose(in ConvolutionShape shape) => TileChoice.For<P>(shape.Channels, shape.KernelWidth * shape.Filters);
}
