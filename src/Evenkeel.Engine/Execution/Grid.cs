using Evenkeel.Engine.Lowering;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.MatrixProduct;

namespace Evenkeel.Engine.Execution;

/// <summary>How a step's work is cut.</summary>
public enum GridKind
{
    /// <summary>One piece: any following step of one piece may run in it.</summary>
    Single,

    /// <summary>Panels of channels, all rows: a following step on the same panels may run in the same piece.</summary>
    Columns,

    /// <summary>Blocks of rows, all channels: likewise.</summary>
    Rows,

    /// <summary>Pieces of whole samples, run block by block: any following step that is cut by samples may run in the same piece.</summary>
    Samples,

    /// <summary>Pieces that fit no other step.</summary>
    Own,
}

/// <summary>The cut of a step's work into pieces: a function of shapes, never of the number of threads.</summary>
/// <param name="Kind">The kind of cut.</param>
/// <param name="RowsPerSample">Rows per sample of the two-dimensional view.</param>
/// <param name="Channels">Channels of the two-dimensional view.</param>
/// <param name="Height">Image rows, where the cut is by rows.</param>
public readonly record struct Grid(GridKind Kind, int RowsPerSample = 0, int Channels = 0, int Height = 0)
{
    /// <summary>Whether pieces of two steps cover the same part of their tensors, so that one piece may run both.</summary>
    public bool AlignsWith(Grid other) => this == other && Kind is not GridKind.Own;

    /// <summary>Whether pieces have all rows of their channels.</summary>
    public bool IsByColumns => Kind is GridKind.Columns or GridKind.Single;

    /// <summary>The cut of a tensor: <c>[N, F]</c> by panels of channels, in one piece where it is small; anything else as <see cref="OfSamples"/> says.</summary>
    internal static Grid Of(Shape shape, LoweringContext context)
    {
        if (shape is not { IsBatched: true, Rank: 2 }) return OfSamples(shape, context.Capacity);
        var pieces = new ColumnPieces(shape.Rows(context.Capacity), shape.Channels, context.Width / (8 * sizeof(float)));
        return pieces.Count == 1 ? new Grid(GridKind.Single) : new Grid(GridKind.Columns, shape.RowsPerSample, shape.Channels);
    }

    /// <summary>The cut of an image-like tensor: by whole samples where the batch is large enough, else by rows.</summary>
    public static Grid OfSamples(Shape shape, int capacity) => shape.IsBatched && capacity >= SampleCut.LeastCapacity
        ? new Grid(GridKind.Samples)
        : new Grid(GridKind.Rows, shape.RowsPerSample, shape.Channels, new RowCut(shape).Height);
}
