namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>How work on a matrix is cut by columns into pieces of whole panels: a function of the shape and the pack width alone.</summary>
/// <remarks>
/// A piece has at least 4,096 elements where more than one is made. Two threads that share a small matrix send each other lines of memory for longer than they
/// compute: a line that another core has changed costs as much as 25 multiply-adds of whole packs.
/// </remarks>
public readonly record struct ColumnPieces
{
    private const long LeastElements = 4096;

    private readonly ColumnPanels _panels;

    /// <summary>The pieces of <paramref name="rows"/> by <paramref name="columns"/> elements.</summary>
    /// <param name="rows">Rows, 0 or more: of the capacity, not of a run.</param>
    /// <param name="columns">Columns, 0 or more.</param>
    /// <param name="width">Lanes of a pack: 16, 8, 4 or 1.</param>
    public ColumnPieces(int rows, int columns, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        _panels = new(columns, width);
        Count = _panels.Count == 0 ? 0 : (int)Math.Clamp((long)rows * columns / LeastElements, 1, _panels.Count);
    }

    /// <summary>The number of pieces.</summary>
    public int Count { get; }

    /// <summary>The first column of a piece, and its columns.</summary>
    public (int First, int Count) this[int piece]
    {
        get
        {
            var (firstPanel, endPanel) = Panels(piece);
            var first = _panels.First(firstPanel);
            return (first, Math.Min(_panels.First(endPanel), _panels.Columns) - first);
        }
    }

    /// <summary>The first column of a panel, and its columns.</summary>
    public (int First, int Count) Panel(int panel) => _panels[panel];

    /// <summary>The first panel of a piece, and the panel after its last one.</summary>
    public (int First, int End) Panels(int piece)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(piece);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(piece, Count);
        return ((int)((long)_panels.Count * piece / Count), (int)((long)_panels.Count * (piece + 1) / Count));
    }
}
