using Evenkeel.Numerics.Kernels.MatrixProduct;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Convolution.Winograd;

/// <summary>3 x 3 convolution of stride 1 by minimal filtering, forward; the input gradient is the same with dy read, dx written and the filter turned.</summary>
/// <remarks>
/// <para>Blocks of tiles of any images: transform the input, multiply point by point (tiles x channels times channels x panel of filters), transform back.
/// Reads x and writes y once; every element of a product is one chain over the channels in the blocks of <see cref="DepthBlocks"/>, so bits depend on the image alone.</para>
/// <para>NaN and infinities spread over the tile that reads them. Lavin and Gray, arXiv 1509.09308.</para>
/// </remarks>
internal sealed unsafe class WinogradConvolution<P, TTransform> : ConvolutionAlgorithm
    where P : struct, IPack<P>
    where TTransform : struct, IWinogradTransform
{
    /// <summary>A seventh of a second-level cache of 2 MB: a block whose points all fit there reads its pixels once.</summary>
    private const int WholeFloats = 9 << 13;

    /// <summary>Fewer tiles make poor products.</summary>
    private const int LeastTiles = 15;

    /// <summary>A block's inputs and products of one row of points where they do not all fit; the transformed filter streams past them.</summary>
    private const int RowFloats = 5 << 15;

    private const int MostRowTiles = 126;

    /// <summary>Columns whose sums wait for the last row of points; x is transformed anew for every such group, which costs some hundredth of its products.</summary>
    private const int MostGroupColumns = 256;

    private readonly bool _turned;
    private readonly int _depth;
    private readonly int _columns;
    private readonly int _tileColumns;
    private readonly int _block;
    private readonly int _group;
    private readonly int _rows;
    private readonly TransformedFilter<P, TTransform> _filter;

    public WinogradConvolution(ConvolutionDirection direction, ConvolutionShape shape)
        : base(shape)
    {
        _turned = direction == ConvolutionDirection.InputGradient;
        (_depth, _columns) = _turned ? (shape.Filters, shape.Channels) : (shape.Channels, shape.Filters);
        _tileColumns = ((_turned ? shape.Width : shape.OutputWidth) + TTransform.Outputs - 1) / TTransform.Outputs;
        _filter = new(_depth, _columns);
        _group = Math.Max(1, MostGroupColumns / _filter.PanelColumns) * _filter.PanelColumns;
        var points = WinogradStages<P, TTransform>.Rows;
        var depth = TileBlocks.Padded<P>(_depth);
        _block = WholeFloats / (points * (points * depth + _filter.PanelColumns + TTransform.Outputs * Math.Min(_group, TileBlocks.Padded<P>(_columns))));
        _rows = _block < LeastTiles ? 1 : points;
        if (_rows == 1) _block = Math.Clamp(RowFloats / (points * (depth + _filter.PanelColumns)), 2 * LeastTiles, MostRowTiles);
    }

    public override string Name => TTransform.Name;

    public override long PackedFloats => _filter.Floats;

    public override int PackPieces => _filter.Pieces;

    public override int ChannelStep => _filter.PanelColumns;

    public override long ScratchFloats => new Memory(this, null).Floats;

    public override void PackFilter(float* filter, float* packed, int piece) => _filter.Pack(filter, _turned, packed, piece);

    public override void Run(ref ConvolutionCall call)
    {
        var memory = new Memory(this, call.Scratch);
        new Span<float>(memory.Zeros, memory.Padded).Clear();
        var endChannel = call.EndChannel == 0 ? _columns : call.EndChannel;
        new Span<float>(memory.Bias, memory.Padded).Clear();
        if (call.Bias != null) new Span<float>(call.Bias, _columns).CopyTo(new(memory.Bias, _columns));
        var (source, target) = Images(ref call, memory);

        var firstRow = call.FirstRow / TTransform.Outputs;
        var endRow = (call.EndRow + TTransform.Outputs - 1) / TTransform.Outputs;
        var tile = new TileCursor(call.FirstImage, firstRow, endRow, _tileColumns);
        var blocks = new RowTiles((call.EndImage - call.FirstImage) * (endRow - firstRow) * _tileColumns, _block);
        for (var block = 0; block < blocks.Count; block++)
        {
            var count = blocks.Height(block);
            source.Pixels(tile, count, TTransform.Outputs + 2, memory.Sources);
            target.Pixels(tile, count, TTransform.Outputs, memory.Targets);
            for (var group = call.FirstChannel; group < endChannel; group += _group)
            {
                var endGroup = Math.Min(group + _group, endChannel);
                for (var row = 0; row < WinogradStages<P, TTransform>.Rows; row++)
                {
                    if (row % _rows == 0) WinogradStages<P, TTransform>.Read<Off>(row, _rows, memory.Sources, count, _depth, memory.Inputs);
                    var inputs = memory.Inputs.From(row % _rows * WinogradStages<P, TTransform>.Rows);
                    var sums = memory.Sums.From(row * TTransform.Outputs);
                    for (var column = group; column < endGroup; column += _filter.PanelColumns)
                    {
                        Multiply(ref call, inputs, memory.Products, row, column, count);
                        WinogradStages<P, TTransform>.SumRow(memory.Products, count, _filter.Width(column / _filter.PanelColumns), sums, column - group);
                    }
                }

                WinogradStages<P, TTransform>.Write(memory.Sums, memory.Bias + group, memory.Targets, group, count, endGroup - group);
            }

            for (var i = 0; i < count; i++) tile.Next();
        }
    }

    private void Multiply(ref ConvolutionCall call, in TilePlanes inputs, in TilePlanes products, int row, int column, int tiles)
    {
        var panel = column / _filter.PanelColumns;
        var width = _filter.Width(panel);
        var depths = new DepthBlocks(_depth);
        for (var point = 0; point < WinogradStages<P, TTransform>.Rows; point++)
        {
            var filter = _filter.Panel(call.Packed, panel) + (row * WinogradStages<P, TTransform>.Rows + point) * _filter.Point(panel);
            for (var block = 0; block < depths.Count; block++)
            {
                var first = depths.First(block);
                var operands = new TileSweep<P>.Operands
                {
                    A = inputs[point] + first,
                    Addressing = Addressing.Rows,
                    StrideA = inputs.Tile,
                    B = filter + first * width,
                    StrideB = width,
                    C = products[point],
                    StrideC = products.Tile,
                    Rows = tiles,
                    Columns = width,
                    Depth = depths.Length(block),
                    Accumulate = block > 0,
                };
                TileSweep<P>.Run(ref operands);
            }
        }
    }

    private (TileImages Source, TileImages Target) Images(ref ConvolutionCall call, in Memory memory)
    {
        var s = Shape;
        TileImages x = new() { First = call.Input, ImageFloats = s.InputFloats, PixelFloats = s.Channels, Width = s.Width, EndRow = s.Height, Step = TTransform.Outputs };
        TileImages y = new() { First = call.Output, ImageFloats = s.OutputFloats, PixelFloats = s.Filters, Width = s.OutputWidth, EndRow = s.OutputHeight, Step = TTransform.Outputs };
        var (source, target) = _turned ? (y, x) : (x, y);
        source.Top = _turned ? 2 - s.PaddingTop : s.PaddingTop;
        source.Left = _turned ? 2 - s.PaddingLeft : s.PaddingLeft;
        source.Outside = memory.Zeros;
        target.FirstRow = call.FirstRow;
        target.EndRow = call.EndRow;
        target.Outside = memory.Discarded;
        return (source, target);
    }

    /// <summary>How the worker's memory is shared out.</summary>
    private readonly ref struct Memory
    {
        public Memory(WinogradConvolution<P, TTransform> owner, float* scratch)
        {
            var points = WinogradStages<P, TTransform>.Rows;
            Padded = TileBlocks.Padded<P>(Math.Max(owner._depth, owner._columns));
            var start = TileBlocks.Align(scratch);
            var next = start;
            Inputs = TileBlocks.TakePlanes(ref next, owner._rows * points, owner._block, TileBlocks.Padded<P>(owner._depth));
            Products = TileBlocks.TakePlanes(ref next, points, owner._block, owner._filter.PanelColumns);
            Sums = TileBlocks.TakeTiles(ref next, points * TTransform.Outputs, owner._block, Math.Min(owner._group, TileBlocks.Padded<P>(owner._columns)));
            Zeros = TileBlocks.Take(ref next, Padded);
            Bias = TileBlocks.Take(ref next, Padded);
            Discarded = TileBlocks.Take(ref next, Padded);
            Sources = TileBlocks.TakeAddresses(ref next, owner._block * points * points);
            Targets = TileBlocks.TakeAddresses(ref next, owner._block * TTransform.Outputs * TTransform.Outputs);
            Floats = next - start + TileBlocks.Line;
        }

        public float** Sources { get; }

        public float** Targets { get; }

        public TilePlanes Inputs { get; }

        public TilePlanes Products { get; }

        public TilePlanes Sums { get; }

        public int Padded { get; }

        public float* Zeros { get; }

        public float* Bias { get; }

        public float* Discarded { get; }

        public long Floats { get; }
    }
}
