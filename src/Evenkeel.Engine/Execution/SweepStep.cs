using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.MatrixProduct;

namespace Evenkeel.Engine.Execution;

/// <summary>A step that sweeps over a tensor seen as rows x channels: by panels of channels for <c>[N, F]</c>, by samples for images, by blocks of image rows where samples are few.</summary>
public abstract class SweepStep : Step
{
    /// <summary>From 16 MB on nobody finds a tensor in the caches again: storing past them saves reading its lines first.</summary>
    private const long CacheFloats = 4 * 1024 * 1024;

    private readonly ColumnPieces _columns;
    private readonly RowCut _rows;

    /// <summary>Creates the step.</summary>
    protected SweepStep(string name, Shape shape, LoweringContext context)
        : base(name)
    {
        Shape = shape;
        _columns = new ColumnPieces(shape.Rows(context.Capacity), shape.Channels, context.Width / (8 * sizeof(float)));
        _rows = new RowCut(shape);
        Grid = Grid.Of(shape, context);
    }

    /// <summary>The shape that is swept.</summary>
    public Shape Shape { get; }

    /// <inheritdoc/>
    public sealed override Grid Grid { get; }

    /// <inheritdoc/>
    public sealed override int BlockRows => _rows.Height;

    /// <summary>The pieces by channels, also for steps that finish what pieces of this one began.</summary>
    internal ColumnPieces Columns => _columns;

    /// <summary>Slots for partial results: one for all pieces by channels, or one per piece.</summary>
    public int PartialSlots(int count) => Grid.IsByColumns ? 1 : Pieces(0, count);

    /// <summary>The slot that a piece writes.</summary>
    public int PartialSlot(in Part part) => Grid.IsByColumns ? 0 : part.Piece;

    /// <inheritdoc/>
    public sealed override int Pieces(int phase, int count) => Grid.Kind switch
    {
        GridKind.Columns or GridKind.Single => _columns.Count,
        GridKind.Samples => SampleCut.Pieces(count),
        _ => _rows.Pieces(count),
    };

    /// <summary>The windows in which a sum over the part is taken: panel by panel, so that its order does not depend on how many panels a piece has, which the capacity decides.</summary>
    protected (int First, int End) SumsOf(in Part part) => Grid.IsByColumns ? _columns.Panels(part.Piece) : (0, 1);

    /// <summary>One of the windows of <see cref="SumsOf"/>.</summary>
    protected Window SumWindow(int index, in Part part, int count)
    {
        if (!Grid.IsByColumns) return WindowOf(part, count);
        var (first, columns) = _columns.Panel(index);
        return new Window(0, Shape.Rows(count), first, first + columns);
    }

    /// <summary>Whether what the sweep writes is too large to be found in the caches by its reader.</summary>
    protected bool OutgrowsCaches(PlanBuffer output, int count) => !output.IsLocal && Shape.Elements(count) > CacheFloats;

    /// <summary>The part of the tensor that is swept.</summary>
    protected Window WindowOf(in Part part, int count)
    {
        switch (Grid.Kind)
        {
            case GridKind.Columns or GridKind.Single:
                var (first, columns) = _columns[part.Piece];
                return new Window(0, Shape.Rows(count), first, first + columns);
            case GridKind.Samples when part.IsByRows:
                return RowsOf(part.FirstSample, part.FirstRow, part.EndRow);
            case GridKind.Samples:
                return new Window(Shape.Rows(part.FirstSample), Shape.Rows(part.EndSample), 0, Shape.Channels);
            default:
                var (sample, firstRow, endRow) = _rows.Piece(part.Piece);
                return RowsOf(sample, firstRow, endRow);
        }
    }

    private Window RowsOf(int sample, int firstRow, int endRow)
    {
        var start = Shape.RowsPerSample * sample;
        return new Window(start + (firstRow * _rows.Width), start + (endRow * _rows.Width), 0, Shape.Channels);
    }
}
