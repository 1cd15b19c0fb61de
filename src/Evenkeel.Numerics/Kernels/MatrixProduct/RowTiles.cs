namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>Rows split into the fewest tiles of at most <c>limit</c> rows, balanced: 60 rows by 14 are five tiles of 12.</summary>
internal readonly struct RowTiles
{
    private readonly int _small;
    private readonly int _extra;

    public RowTiles(int rows, int limit)
    {
        Count = (rows + limit - 1) / limit;
        if (Count > 0) (_small, _extra) = Math.DivRem(rows, Count);
    }

    public int Count { get; }

    public int Height(int tile) => tile < _extra ? _small + 1 : _small;

    /// <summary>The first row of a tile; of tile <see cref="Count"/>, the number of rows.</summary>
    public int First(int tile) => tile * _small + Math.Min(tile, _extra);
}
