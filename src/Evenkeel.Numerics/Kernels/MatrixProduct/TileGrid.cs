using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>The pieces of a product over tiles: groups of column panels times blocks of whole row tiles, numbered group after group.</summary>
/// <remarks>Pieces that follow each other share their columns of B, so that a thread keeps them in its cache.</remarks>
internal readonly struct TileGrid
{
    /// <summary>Pieces aimed at: enough for many threads to end together.</summary>
    private const int WantedPieces = 64;

    /// <summary>Multiply-adds below which a piece is not worth its start.</summary>
    private const long SmallestPiece = 1 << 16;

    private readonly RowTiles _tiles;
    private readonly int _panels;

    private TileGrid(int groups, int blocks, int panels, RowTiles tiles)
    {
        Groups = groups;
        Blocks = blocks;
        _panels = panels;
        _tiles = tiles;
    }

    public int Groups { get; }

    public int Blocks { get; }

    public int Pieces => Groups * Blocks;

    /// <summary>The grid of a shape with the given number of panels in each group, at most.</summary>
    public static TileGrid Of<P>(in MatrixProductShape shape, in ColumnPanels panels, int panelsInGroup)
        where P : struct, IPack<P>
    {
        var groups = (panels.Count + panelsInGroup - 1) / panelsInGroup;
        if (groups == 0 || shape.M == 0) return default;
        var tiles = TilesOf<P>(shape, panels);
        var blocks = (int)Math.Clamp((Wanted(shape) + groups - 1) / groups, 1, tiles.Count);
        return new(groups, blocks, panels.Count, tiles);
    }

    /// <summary>A grid that cuts columns only where rows alone give too few pieces: a piece then owns whole rows of C.</summary>
    /// <remarks>Rows of a weight gradient are what the update and the next forward pass cut too, so each thread keeps its own part.</remarks>
    public static TileGrid ByRows<P>(in MatrixProductShape shape, in ColumnPanels panels)
        where P : struct, IPack<P>
    {
        if (panels.Count == 0 || shape.M == 0) return default;
        var tiles = TilesOf<P>(shape, panels);
        var wanted = Wanted(shape);
        var blocks = (int)Math.Min(wanted, tiles.Count);
        return new((int)Math.Min((wanted + blocks - 1) / blocks, panels.Count), blocks, panels.Count, tiles);
    }

    public (int FirstPanel, int EndPanel, int FirstRow, int Rows) this[int piece]
    {
        get
        {
            var (group, block) = Math.DivRem(piece, Blocks);
            var first = _tiles.First((int)((long)_tiles.Count * block / Blocks));
            var end = _tiles.First((int)((long)_tiles.Count * (block + 1) / Blocks));
            return ((int)((long)_panels * group / Groups), (int)((long)_panels * (group + 1) / Groups), first, end - first);
        }
    }

    private static long Wanted(in MatrixProductShape shape) => Math.Clamp(shape.MultiplyAdds / SmallestPiece, 1, WantedPieces);

    private static RowTiles TilesOf<P>(in MatrixProductShape shape, in ColumnPanels panels)
        where P : struct, IPack<P>
    {
        var vectors = TileTable<P>.Vectors((panels[0].Count + P.Width - 1) / P.Width);
        return new(shape.M, TileTable<P>.Limit(vectors));
    }
}
