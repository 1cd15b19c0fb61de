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
            var choice = new TileChoice(vectors, TileTable<P>.Limit(vectors));
            var cycles = choice.Cost<P>(rows, channels);
            if (cycles >= fewest) continue;
            fewest = cycles;
            best = choice;
        }

        return best;
    }

    /// <summary>What a step of k costs for so many rows by so many channels, in sixteenths of a cycle.</summary>
    public long Cost<P>(int rows, int channels)
        where P : struct, IPack<P>
    {
        var left = (channels + P.Width - 1) / P.Width;
        long cost = 0;
        while (left > 0)
        {
            var vectors = Math.Min(left, Vectors);
            var tiles = new RowTiles(rows, TileTable<P>.Limit(vectors));
            for (var tile = 0; tile < tiles.Count; tile++)
            {
                // Two multiply-adds a cycle and a latency of four. With one vector every multiply-add needs a load of its own: measured 80 % of the peak.
                var height = tiles.Height(tile);
                cost += Math.Max(height * vectors * (vectors == 1 ? 10 : 8), 64) + 8;
            }

            left -= vectors;
        }

        return cost;
    }
}
