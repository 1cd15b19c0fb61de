namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>The column panels of a matrix: a function of its columns and the pack width alone, so all steps over the same columns agree on them.</summary>
/// <remarks>Panels are balanced in whole vectors and at most four vectors wide: 100 columns at 16 lanes are 64 and 36.</remarks>
public readonly record struct ColumnPanels
{
    private readonly int _vectors;

    /// <summary>The panels of <paramref name="columns"/> columns.</summary>
    /// <param name="columns">Columns, 0 or more.</param>
    /// <param name="width">Lanes of a pack: 16, 8, 4 or 1.</param>
    public ColumnPanels(int columns, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        Columns = columns;
        Width = width;
        _vectors = (int)(((long)columns + width - 1) / width);
        Count = (_vectors + MostVectors - 1) / MostVectors;
    }

    /// <summary>The vectors of the widest panel.</summary>
    public const int MostVectors = 4;

    /// <summary>The columns of the matrix.</summary>
    public int Columns { get; }

    /// <summary>The lanes of a pack.</summary>
    public int Width { get; }

    /// <summary>The number of panels.</summary>
    public int Count { get; }

    /// <summary>The first column of a panel, a multiple of <see cref="Width"/>; of panel <see cref="Count"/>, the padded number of columns.</summary>
    public int First(int panel)
    {
        if (Count == 0) return 0;
        var (small, extra) = Math.DivRem(_vectors, Count);
        return (panel * small + Math.Min(panel, extra)) * Width;
    }

    /// <summary>The columns of a panel.</summary>
    public (int First, int Count) this[int panel]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(panel);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(panel, Count);
            var first = First(panel);
            return (first, Math.Min(First(panel + 1), Columns) - first);
        }
    }
}
