using Evenkeel.Numerics.Kernels.MatrixProduct;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>The register tile of a direct convolution: how many vectors wide, and at most how high.</summary>
/// <param name="Vectors">Vectors of channels.</param>
/// <param name="Limit">Rows of the tallest tile; a sweep balances its tiles below it.</param>
internal readonly record struct TileChoice(int Vectors, int Limit)
{
    /// <summary>The tile that takes the fewest cycles for sweeps of the given number of rows over the given channels: a function of these and the width.</summary>
    public static TileChoice For<P>(int rows, int channels)
        where P : struct, IPack<P>
    {
        var best = default(TileChoice);
        var fewest = long.MaxValue;
        for (var vectors = 1; vectors <= ColumnPanels.MostVectors && TileTable<P>.Vectors(vectors) == vectors; vectors++)
        {
            var choice = new TileChoice(vectors, Highest<P>(vectors));
            var cycles = choice.HalfCycles<P>(rows, channels);
            if (cycles >= fewest) continue;
            fewest = cycles;
            best = choice;
        }

        return best;
    }

    /// <summary>The tallest tile of a narrower, last panel.</summary>
    public static int Highest<P>(int vectors)
        where P : struct, IPack<P>
    {
        // Two vectors by 13 or 14 fill the registers and are slower than 12: measured 90 to 94 % of the peak against 98 %.
        var limit = TileTable<P>.Limit(vectors);
        return vectors == 2 ? Math.Min(limit, 12) : limit;
    }

    private long HalfCycles<P>(int rows, int channels)
        where P : struct, IPack<P>
    {
        var left = (channels + P.Width - 1) / P.Width;
        long cycles = 0;
        while (left > 0)
        {
            var vectors = Math.Min(left, Vectors);
            var tiles = new RowTiles(rows, Highest<P>(vectors));
            for (var tile = 0; tile < tiles.Count; tile++)
            {
                // Two multiply-adds and two loads a cycle, a latency of four cycles; something for starting and ending a tile.
                var height = tiles.Height(tile);
                cycles += Math.Max(Math.Max(height * vectors, height + vectors), 8) + 1;
            }

            left -= vectors;
        }

        return cycles;
    }
}
