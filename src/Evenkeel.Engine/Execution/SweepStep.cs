using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.MatrixProduct;

namespace Evenkeel.Engine.Execution;

/// <summary>A step that sweeps over a tensor seen as rows x channels: by panels of channels for <c>[N, F]</c>, by blocks of rows otherwise.</summary>
public abstract class SweepStep : Step
{
    /// <summary>A block of rows holds about so many floats: 64 KB, what a sweep likes best in the first two cache levels.</summary>
    private const int BlockFloats = 16 * 1024;

    /// <summary>From 16 MB on nobody finds a tensor in the caches again: storing past them saves reading its lines first.</summary>
    private const long CacheFloats = 4 * 1024 * 1024;

    private readonly ColumnPanels _panels;
    private readonly int _blockRows;

    /// <summary>Creates the step.</summary>
    protected SweepStep(string name, Shape shape, int width)
        : base(name)
    {
        Shape = shape;
        var byColumns = shape is { IsBatched: true, Rank: 2 };
        Grid = new Grid(byColumns ? GridKind.Columns : GridKind.Rows, shape.RowsPerSample, shape.Channels);
        _panels = new ColumnPanels(shape.Channels, width / (8 * sizeof(float)));
        _blockRows = Math.Max(1, BlockFloats / shape.Channels);
    }

    /// <summary>The shape that is swept.</summary>
    public Shape Shape { get; }

    /// <inheritdoc/>
    public sealed override Grid Grid { get; }

    /// <summary>Slots for partial results: one for all panels, or one per block of rows.</summary>
    public int PartialSlots(int count) => Grid.Kind == GridKind.Columns ? 1 : Pieces(0, count);

    /// <summary>The slot that a piece writes.</summary>
    public int PartialSlot(int piece) => Grid.Kind == GridKind.Columns ? 0 : piece;

    /// <inheritdoc/>
    public sealed override int Pieces(int phase, int count) =>
        Grid.Kind == GridKind.Columns ? _panels.Count : Math.Max(1, (Shape.Rows(count) + _blockRows - 1) / _blockRows);

    /// <summary>Whether what the sweep writes is too large to be found in the caches by its reader.</summary>
    protected bool OutgrowsCaches(int count) => Shape.Elements(count) > CacheFloats;

    /// <summary>The part that a piece covers.</summary>
    protected Window WindowOf(int piece, int count)
    {
        var rows = Shape.Rows(count);
        if (Grid.Kind == GridKind.Columns)
        {
            var (first, columns) = _panels[piece];
            return new Window(0, rows, first, first + columns);
        }

        return new Window(piece * _blockRows, Math.Min(rows, (piece + 1) * _blockRows), 0, Shape.Channels);
    }

    /// <summary>The part's first channel and the channel after its last one.</summary>
    internal (int First, int End) ChannelRange(int piece)
    {
        if (Grid.Kind != GridKind.Columns) return (0, Shape.Channels);
        var (first, columns) = _panels[piece];
        return (first, first + columns);
    }
}
