using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.MatrixProduct;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Convolution.Winograd;

/// <summary>Gradient of a 3 x 3 filter of stride 1 by minimal filtering: <c>dw = G^T [sum over tiles of (B^T x B) . (A dy A^T)] G</c>.</summary>
/// <remarks>
/// <para>Works on blocks of channels times filters whose sums over all tiles stay in the second-level cache; x and dy are transformed anew for each block,
/// which costs a few percent of its products and saves moving sums that are 16/9 of the filter.</para>
/// <para>Order of summation: the tiles of <see cref="ImageStep"/> images in blocks, each a chain; then back to taps, and images after images into dw.</para>
/// </remarks>
internal sealed unsafe class WinogradFilterGradient<P, TTransform> : ConvolutionAlgorithm
    where P : struct, IPack<P>
    where TTransform : struct, IWinogradTransform
{
    /// <summary>Sums of a row of points that leave room for the tiles in a second-level cache of 2 MB: one megabyte.</summary>
    private const int MostSums = 1 << 18;
    private const int MostChannels = 256;

    /// <summary>A multiple of the widest panel of the products.</summary>
    private const int FilterStep = 64;

    /// <summary>Tiles after which the sums go back to taps; ten times the way there costs a hundredth of the products.</summary>
    private const int GroupTiles = 1024;

    private readonly int _tileRows;
    private readonly int _tileColumns;
    private readonly int _block;
    private readonly int _rows;
    private readonly int _channels;
    private readonly int _filters;

    public WinogradFilterGradient(ConvolutionShape shape)
        : base(shape)
    {
        var points = WinogradStages<P, TTransform>.Rows;
        _tileRows = (shape.OutputHeight + TTransform.Outputs - 1) / TTransform.Outputs;
        _tileColumns = (shape.OutputWidth + TTransform.Outputs - 1) / TTransform.Outputs;
        _channels = Math.Min(MostChannels, TileBlocks.Padded<P>(shape.Channels));
        _filters = Math.Min(MostSums / points / _channels / FilterStep * FilterStep, TileBlocks.Padded<P>(shape.Filters));
        _rows = Math.Clamp(MostSums / 2 / (points * _channels * _filters), 1, points);
        _block = Math.Clamp(MostSums / 2 / (_rows * points * (_channels + _filters)), 32, 96);
        ImageStep = Math.Max(1, GroupTiles / (_tileRows * _tileColumns));
    }

    public override string Name => TTransform.Name;

    public override long ScratchFloats => new Memory(this, null).Floats;

    public override int ChannelStep => Math.Min(FilterStep, _filters);

    public override int ImageStep { get; }

    public override void Run(ref ConvolutionCall call)
    {
        var memory = new Memory(this, call.Scratch);
        new Span<float>(memory.Zeros, memory.Padded).Clear();
        var endFilter = call.EndChannel == 0 ? Shape.Filters : call.EndChannel;
        for (var filter = call.FirstChannel; filter < endFilter; filter += _filters)
        {
            var filters = Math.Min(_filters, endFilter - filter);
            for (var channel = 0; channel < Shape.Channels; channel += _channels)
            {
                var channels = Math.Min(_channels, Shape.Channels - channel);
                for (var image = call.FirstImage; image < call.EndImage; image += ImageStep)
                {
                    for (var row = 0; row < WinogradStages<P, TTransform>.Rows; row += _rows)
                        Sum(ref call, memory, row, image, channel, channels, filter, filters);
                    Finish(call.Filter, memory, channel, channels, filter, filters, call.Accumulate || image > call.FirstImage);
                }
            }
        }
    }

    // Some rows of dU of a block of channels and filters.
    private void Sum(ref ConvolutionCall call, in Memory memory, int firstRow, int firstImage, int channel, int channels, int filter, int filters)
    {
        var s = Shape;
        TileImages x = new() { First = call.Input + channel, ImageFloats = s.InputFloats, PixelFloats = s.Channels, Width = s.Width, EndRow = s.Height, Step = TTransform.Outputs, Top = s.PaddingTop, Left = s.PaddingLeft, Outside = memory.Zeros };
        TileImages dy = new() { First = call.Output + filter, ImageFloats = s.OutputFloats, PixelFloats = s.Filters, Width = s.OutputWidth, EndRow = s.OutputHeight, Step = TTransform.Outputs, Outside = memory.Zeros };
        var points = WinogradStages<P, TTransform>.Rows;
        var rows = Math.Min(_rows, points - firstRow);
        var images = Math.Min(ImageStep, call.EndImage - firstImage);
        var tile = new TileCursor(firstImage, 0, _tileRows, _tileColumns);
        var blocks = new RowTiles(images * _tileRows * _tileColumns, _block);
        for (var block = 0; block < blocks.Count; block++)
        {
            var count = blocks.Height(block);
            x.Pixels(tile, count, points, memory.Sources);
            dy.Pixels(tile, count, TTransform.Outputs, memory.Targets);
            for (var i = 0; i < count; i++) tile.Next();
            WinogradStages<P, TTransform>.Read<Off>(firstRow, rows, memory.Sources, count, channels, memory.Inputs);
            WinogradStages<P, TTransform>.Read<On>(firstRow, rows, memory.Targets, count, filters, memory.Cotangents);
            for (var point = 0; point < rows * points; point++)
            {
                var operands = new TileSweep<P>.Operands
                {
                    A = memory.Inputs[point],
                    Addressing = Addressing.Transposed,
                    StrideA = memory.Inputs.Tile,
                    B = memory.Cotangents[point],
                    StrideB = memory.Cotangents.Tile,
                    C = memory.Sums[firstRow * points + point],
                    StrideC = memory.Sums.Tile,
                    Rows = channels,
                    Columns = TileBlocks.Padded<P>(filters),
                    Depth = count,
                    Accumulate = block > 0,
                };
                TileSweep<P>.Run(ref operands);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Finish(float* gradient, in Memory memory, int channel, int channels, int filter, int filters, bool accumulate)
    {
        var tap = (nint)Shape.Channels * Shape.Filters;
        for (var row = 0; row < channels; row++)
        {
            var source = memory.Sums[0] + row * memory.Sums.Tile;
            var destination = gradient + (long)(channel + row) * Shape.Filters + filter;
            for (var column = 0; column < filters; column += P.Width)
            {
                var lanes = filters - column;
                if (lanes >= P.Width) TTransform.FilterGradient<P, Off>(source + column, memory.Sums.Point, destination + column, tap, P.Width, accumulate, memory.Temporary);
                else TTransform.FilterGradient<P, On>(source + column, memory.Sums.Point, destination + column, tap, lanes, accumulate, memory.Temporary);
            }
        }
    }

    /// <summary>How the worker's memory is shared out.</summary>
    private readonly ref struct Memory
    {
        public Memory(WinogradFilterGradient<P, TTransform> owner, float* scratch)
        {
            var points = WinogradStages<P, TTransform>.Rows;
            Padded = Math.Max(owner._channels, owner._filters);
            var start = TileBlocks.Align(scratch);
            var next = start;
            Inputs = TileBlocks.TakePlanes(ref next, owner._rows * points, owner._block, owner._channels);
            Cotangents = TileBlocks.TakePlanes(ref next, owner._rows * points, owner._block, owner._filters);
            Sums = TileBlocks.TakePlanes(ref next, points * points, owner._channels, owner._filters);
            Zeros = TileBlocks.Take(ref next, Padded);
            Temporary = TileBlocks.Take(ref next, points * points * P.Width);
            Sources = TileBlocks.TakeAddresses(ref next, owner._block * points * points);
            Targets = TileBlocks.TakeAddresses(ref next, owner._block * TTransform.Outputs * TTransform.Outputs);
            Floats = next - start + TileBlocks.Line;
        }

        public float** Sources { get; }

        public float** Targets { get; }

        public TilePlanes Inputs { get; }

        public TilePlanes Cotangents { get; }

        public TilePlanes Sums { get; }

        public int Padded { get; }

        public float* Zeros { get; }

        public float* Temporary { get; }

        public long Floats { get; }
    }
}
