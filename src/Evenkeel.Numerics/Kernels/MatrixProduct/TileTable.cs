using Evenkeel.Numerics.Kernels.MatrixProduct.Generated;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>The register tiles of one width, by vectors, addressing, edge and height; and the rules that choose among them.</summary>
internal static unsafe class TileTable<P>
    where P : struct, IPack<P>
{
    private const int Heights = 16;
    private static readonly nint[] s_tiles = Fill();

    /// <summary>The tallest tile: accumulators, vectors and one broadcast fill the registers.</summary>
    public static int Limit(int vectors) => Math.Min((P.Registers - vectors) / vectors, vectors switch
    {
        1 => Tiles1.Limit,
        2 => Tiles2.Limit,
        3 => Tiles3.Limit,
        _ => Tiles4.Limit,
    });

    /// <summary>The vectors of the next tile of a panel that has <paramref name="remaining"/> left: all with 31 registers; with 15, four are two and two.</summary>
    public static int Vectors(int remaining) => remaining > 3 && P.Registers < 31 ? 2 : Math.Min(remaining, ColumnPanels.MostVectors);

    /// <summary>The tiles of the given kind; element h is the tile of height h.</summary>
    public static ReadOnlySpan<nint> Tiles(int vectors, bool rows, bool partial) =>
        s_tiles.AsSpan(Index(vectors, rows, partial), Heights);

    private static int Index(int vectors, bool rows, bool partial) => (((vectors - 1) * 2 + (rows ? 1 : 0)) * 2 + (partial ? 1 : 0)) * Heights;

    private static nint[] Fill()
    {
        var tiles = new nint[ColumnPanels.MostVectors * 4 * Heights];
        Fill<Off, Off>(tiles);
        Fill<Off, On>(tiles);
        Fill<On, Off>(tiles);
        Fill<On, On>(tiles);
        return tiles;
    }

    private static void Fill<TRows, TPartial>(nint[] tiles)
        where TRows : struct, ISwitch
        where TPartial : struct, ISwitch
    {
        for (var vectors = 1; vectors <= ColumnPanels.MostVectors; vectors++)
        {
            var at = Index(vectors, TRows.IsOn, TPartial.IsOn);
            for (var height = 1; height <= Limit(vectors); height++)
            {
                tiles[at + height] = vectors switch
                {
                    1 => (nint)Tiles1.OfHeight<P, TRows, TPartial>(height),
                    2 => (nint)Tiles2.OfHeight<P, TRows, TPartial>(height),
                    3 => (nint)Tiles3.OfHeight<P, TRows, TPartial>(height),
                    _ => (nint)Tiles4.OfHeight<P, TRows, TPartial>(height),
                };
            }
        }
    }
}
