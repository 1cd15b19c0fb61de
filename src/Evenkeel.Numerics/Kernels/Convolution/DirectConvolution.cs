using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.MatrixProduct;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>Convolution without an intermediate matrix, forward and input gradient: register tiles of pixels by filters run over the rows of the input where they lie.</summary>
/// <remarks>
/// <para>Channels last makes the taps of a row of the filter and their channels one run of memory, so a tile is a matrix product whose A is a few such
/// runs, one per row of the filter, and whose B is the packed filter. Rows that lie in the padding are left out; columns in the padding are zeros
/// of a copy. Every element is one chain that starts at the bias and goes over (row of the filter in the order of the rows read, column, channel).</para>
/// <para>Filters are packed <c>[group][panel][phase][row][column][channel][lanes of the panel]</c>. Reads each input element once per
/// panel and row of the filter, from the inner caches; writes each output element once. NaN and infinities go their IEEE way.</para>
/// </remarks>
internal sealed unsafe class DirectConvolution<P> : ConvolutionAlgorithm
    where P : struct, IPack<P>
{
    private const int CacheFloats = 48 * 1024;

    private readonly ConvolutionDirection _direction;
    private readonly AxisPhase[] _rows;
    private readonly AxisPhase[] _columns;
    private readonly SourceRows<P> _source;
    private readonly TileChoice _tile;
    private readonly int _blockRows;
    private readonly int _panels;
    private readonly int _mostRuns;

    public DirectConvolution(ConvolutionDirection direction, ConvolutionShape shape)
        : base(shape)
    {
        _direction = direction;
        _rows = AxisPhase.Rows(direction, shape);
        _columns = AxisPhase.Columns(direction, shape);
        _tile = TileChoice.For<P>(_columns.Max(static phase => phase.Count), GroupWritten);
        _panels = (GroupWritten + _tile.Vectors * P.Width - 1) / (_tile.Vectors * P.Width);
        _mostRuns = Math.Max(shape.KernelHeight + 1, shape.KernelHeight * shape.KernelWidth);
        var (left, right) = AxisPhase.Reach(_columns, 0, WrittenWidth);
        _blockRows = WrittenHeight;
        _source = Source(left, right, _blockRows);
        if (_source.Floats <= CacheFloats) return;
        _blockRows = Math.Clamp((int)(CacheFloats * (long)WrittenHeight / _source.Floats), Math.Min(4, WrittenHeight), WrittenHeight);
        _source = Source(left, right, _blockRows);
    }

    public override string Name => $"{DirectFamily.FamilyName} {_tile.Limit}x{_tile.Vectors * P.Width}";

    public override long PackedFloats => Shape.Groups * GroupFloats;

    public override long ScratchFloats => _source.Floats + 2 * _mostRuns;

    public override int PackPieces => Shape.Groups * _panels;

    public override int ChannelStep => Shape.Groups == 1 ? _tile.Vectors * P.Width : GroupWritten;

    public override bool TakesRows => true;

    private bool IsForward => _direction == ConvolutionDirection.Forward;

    private int ReadHeight => IsForward ? Shape.Height : Shape.OutputHeight;

    private int ReadWidth => IsForward ? Shape.Width : Shape.OutputWidth;

    private int ReadChannels => IsForward ? Shape.Channels : Shape.Filters;

    private int WrittenHeight => IsForward ? Shape.OutputHeight : Shape.Height;

    private int WrittenWidth => IsForward ? Shape.OutputWidth : Shape.Width;

    private int WrittenChannels => IsForward ? Shape.Filters : Shape.Channels;

    private int GroupRead => ReadChannels / Shape.Groups;

    private int GroupWritten => WrittenChannels / Shape.Groups;

    private int Depth => Shape.KernelHeight * Shape.KernelWidth * GroupRead;

    private long GroupFloats => (GroupWritten + P.Width - 1) / P.Width * P.Width * (long)Depth;

    public override void PackFilter(float* filter, float* packed, int piece)
    {
        var (group, panel) = Math.DivRem(piece, _panels);
        var channel = panel * _tile.Vectors * P.Width;
        var channels = Math.Min(GroupWritten - channel, _tile.Vectors * P.Width);
        var to = packed + PanelStart(group, panel);
        foreach (var rows in _rows)
        {
            foreach (var columns in _columns)
            {
                foreach (var kh in rows.Taps)
                {
                    foreach (var kw in columns.Taps)
                    {
                        var tap = filter + ((long)kh * Shape.KernelWidth + kw) * Shape.GroupChannels * Shape.Filters + group * Shape.GroupFilters;
                        var from = IsForward ? tap + channel : tap + (long)channel * Shape.Filters;
                        PanelPacking<P>.PackB(from, Shape.Filters, !IsForward, GroupRead, channels, to);
                        to += (channels + P.Width - 1) / P.Width * P.Width * (long)GroupRead;
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(ref ConvolutionCall call)
    {
        var read = IsForward ? call.Input : call.Output;
        var written = IsForward ? call.Output : call.Input;
        var runs = (float**)call.Scratch;
        var ring = call.Scratch + 2 * _mostRuns;
        for (var image = call.FirstImage; image < call.EndImage; image++)
        {
            var source = read + image * (long)ReadHeight * ReadWidth * ReadChannels;
            var target = written + image * (long)WrittenHeight * WrittenWidth * WrittenChannels;
            var loaded = 0;
            for (var row = call.FirstRow; row < call.EndRow; row += _blockRows)
            {
                var end = Math.Min(row + _blockRows, call.EndRow);
                var (first, last) = AxisPhase.Reach(_rows, row, end);
                _source.Fill(source, ring, Math.Max(first, loaded), last);
                loaded = Math.Max(loaded, last);
                Block(ref call, source, ring, target, runs, row, end);
            }
        }
    }

    private SourceRows<P> Source(int left, int right, int blockRows) =>
        new(ReadHeight, ReadWidth, ReadChannels, left, right, AxisPhase.MostRead(_rows, WrittenHeight, blockRows, ReadHeight));

    private long PanelStart(int group, int panel) => group * GroupFloats + (long)panel * _tile.Vectors * P.Width * Depth;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Block(ref ConvolutionCall call, float* source, float* ring, float* target, float** runs, int firstRow, int endRow)
    {
        var endChannel = call.EndChannel == 0 ? WrittenChannels : call.EndChannel;
        for (var piece = 0; piece < Shape.Groups * _panels; piece++)
        {
            var (group, panel) = Math.DivRem(piece, _panels);
            var inGroup = panel * _tile.Vectors * P.Width;
            var channel = group * GroupWritten + inGroup;
            if (channel < call.FirstChannel || channel >= endChannel) continue;
            var channels = Math.Min(GroupWritten - inGroup, _tile.Vectors * P.Width);
            var line = new DirectLine<P>(channels)
            {
                Runs = runs,
                Filter = call.Packed + PanelStart(group, panel),
                Start = IsForward && call.Bias != null ? call.Bias + channel : null,
                Offset = group * GroupRead,
            };
            foreach (var rows in _rows)
            {
                var (first, end) = rows.Within(firstRow, endRow);
                foreach (var columns in _columns)
                {
                    line.Frame.StrideA = columns.SourceStep * (long)ReadChannels;
                    line.Frame.StrideC = columns.Step * (long)WrittenChannels;
                    line.Frame.Depth = Shape.Groups == 1 && columns.IsDense ? columns.Taps.Length * (long)GroupRead : GroupRead;
                    var i = first;
                    for (; Pairs(rows, columns, line) && i + 1 < end; i += 2)
                    {
                        line.Target = Target(target, rows, columns, i) + channel;
                        FindPairRuns(ref line, source, ring, rows, columns, i);
                        line.RunPair(columns.Count, WrittenWidth * (long)WrittenChannels * rows.Step);
                    }

                    for (; i < end; i++)
                    {
                        line.Target = Target(target, rows, columns, i) + channel;
                        FindRuns(ref line, source, ring, rows, columns, i);
                        line.Run(columns.Count);
                    }

                    line.Filter += rows.Taps.Length * columns.Taps.Length * (long)GroupRead * line.Frame.StrideB;
                }
            }
        }
    }

    private float* Target(float* target, AxisPhase rows, AxisPhase columns, int i) =>
        target + ((rows.First + i * rows.Step) * (long)WrittenWidth + columns.First) * WrittenChannels;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindRuns(ref DirectLine<P> line, float* source, float* ring, AxisPhase rows, AxisPhase columns, int i)
    {
        var (first, end) = rows.Inside(i, ReadHeight);
        var rowFloats = columns.Taps.Length * (long)GroupRead;
        var inRow = rowFloats == 0 ? 0 : (int)(rowFloats / line.Frame.Depth);
        var count = 0;
        for (var tap = first; tap < end; tap++)
        {
            for (var run = 0; run < inRow; run++)
                line.Runs[count++] = _source.At(source, ring, i * rows.SourceStep + rows.Offsets[tap], columns.Offsets[run]);
        }

        line.Frame.Runs = count;
        line.Skipped = first * rowFloats * line.Frame.StrideB;
    }

    // A tile of one vector waits for its broadcasts; where two rows of pixels share them, it does not.
    private bool Pairs(AxisPhase rows, AxisPhase columns, in DirectLine<P> line) =>
        line.Frame.StrideB == P.Width && Shape.Groups == 1 && rows.Taps.Length > 1 && rows.IsDense && rows.SourceStep == 1 && columns.Taps.Length > 0 && columns.IsDense;

    private void FindPairRuns(ref DirectLine<P> line, float* source, float* ring, AxisPhase rows, AxisPhase columns, int i)
    {
        var top = i + rows.Offsets[0];
        line.FirstRun = Math.Clamp(-top, 0, rows.Taps.Length + 1);
        line.EndRun = Math.Clamp(ReadHeight - top, line.FirstRun, rows.Taps.Length + 1);
        line.TapRows = rows.Taps.Length;
        for (var run = line.FirstRun; run < line.EndRun; run++) line.Runs[run - line.FirstRun] = _source.At(source, ring, top + run, columns.Offsets[0]);
    }
}
