using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>Copies blocks of A and B into the order in which tiles read them. Data moves only.</summary>
internal static unsafe class PanelPacking<P>
    where P : struct, IPack<P>
{
    /// <summary>Packs a panel of at most four vectors of columns of B: tile after tile, in each k after k, the lanes past the last column zero.</summary>
    /// <param name="b">The first element of the block, in B as stored.</param>
    /// <param name="stride">Floats between the stored rows of B.</param>
    /// <param name="transposed">Whether B is stored <c>[N, K]</c>.</param>
    /// <param name="depth">Steps of k.</param>
    /// <param name="columns">Columns of the panel.</param>
    /// <param name="packed">Depth times the padded columns.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void PackB(float* b, long stride, bool transposed, int depth, int columns, float* packed)
    {
        var left = (columns + P.Width - 1) / P.Width;
        while (left > 0)
        {
            var vectors = TileTable<P>.Vectors(left);
            left -= vectors;
            var width = vectors * P.Width;
            var present = Math.Min(width, columns);
            if (transposed)
            {
                if (present < width) Clear(packed, (long)width * depth);
                BlockTransposition.Copy(b, stride, packed, width, present, depth);
                b += width * stride;
            }
            else
            {
                CopyColumns(b, stride, depth, present, packed, width);
                b += width;
            }

            packed += (long)width * depth;
            columns -= width;
        }
    }

    /// <summary>Packs rows of A for tiles over <paramref name="vectors"/> vectors: one panel per tile, in each k after k.</summary>
    /// <param name="a">The first element of the block, in A as stored.</param>
    /// <param name="stride">Floats between the stored rows of A.</param>
    /// <param name="transposed">Whether A is stored <c>[K, M]</c>.</param>
    /// <param name="rows">Rows of the block.</param>
    /// <param name="depth">Steps of k.</param>
    /// <param name="vectors">The vectors of the tiles that will read it.</param>
    /// <param name="packed">Rows times depth.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void PackA(float* a, long stride, bool transposed, int rows, int depth, int vectors, float* packed)
    {
        var split = new RowTiles(rows, TileTable<P>.Limit(vectors));
        for (var tile = 0; tile < split.Count; tile++)
        {
            var height = split.Height(tile);
            if (transposed) CopyColumns(a, stride, depth, height, packed, height);
            else BlockTransposition.Copy(a, stride, packed, height, height, depth);
            a += transposed ? height : height * stride;
            packed += (long)height * depth;
        }
    }

    private static void CopyColumns(float* source, long stride, int rows, int columns, float* destination, int width)
    {
        var whole = columns / P.Width * P.Width;
        var rest = columns - whole;
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < whole; column += P.Width) P.Store(destination + column, P.Load(source + column));
            if (rest > 0)
            {
                var value = P.LoadPartial(source + whole, rest);
                if (whole + P.Width <= width) P.Store(destination + whole, value);
                else P.StorePartial(destination + whole, value, rest);
            }

            source += stride;
            destination += width;
        }
    }

    private static void Clear(float* destination, long count)
    {
        for (long i = 0; i < count; i += P.Width) P.Store(destination + i, P.Zero);
    }
}
