using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>How tiles reach A.</summary>
internal enum Addressing
{
    /// <summary>Row-major in place: element (i, k) at <c>a[i * stride + k]</c>.</summary>
    Rows,

    /// <summary>Stored transposed, in place: element (i, k) at <c>a[k * stride + i]</c>.</summary>
    Transposed,

    /// <summary>Packed for this sweep: one panel per tile, element (i, k) at <c>panel[k * height + i]</c>.</summary>
    Packed,
}

/// <summary>Multiplies some rows of A by some columns of B with register tiles of balanced heights.</summary>
internal static unsafe class TileSweep<P>
    where P : struct, IPack<P>
{
    /// <summary>The operands of a sweep: <c>rows</c> rows of A, <c>columns</c> columns of B, <c>depth</c> steps of k.</summary>
    public struct Operands
    {
        public float* A;
        public Addressing Addressing;
        public long StrideA;
        public float* B;

        /// <summary>Floats between rows of B in place; 0 if B is packed by <see cref="PanelPacking{P}"/>.</summary>
        public long StrideB;
        public float* C;
        public long StrideC;
        public float* Start;
        public int Rows;
        public int Columns;
        public int Depth;
        public bool Accumulate;
    }

    /// <summary>Runs the sweep over a panel of at most four vectors.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run(ref Operands o)
    {
        var frame = new TileFrame { Runs = 1, Depth = o.Depth, StrideC = o.StrideC, Accumulate = o.Accumulate };
        var vectorsLeft = (o.Columns + P.Width - 1) / P.Width;
        var column = 0;
        var b = o.B;
        while (vectorsLeft > 0)
        {
            var vectors = TileTable<P>.Vectors(vectorsLeft);
            vectorsLeft -= vectors;
            var lanes = Math.Min(o.Columns - column, vectors * P.Width) - (vectors - 1) * P.Width;
            frame.LastLanes = lanes;
            frame.StrideB = o.StrideB != 0 ? o.StrideB : vectors * P.Width;
            Column(ref o, &frame, b, column, vectors, lanes < P.Width);
            b += o.StrideB != 0 ? vectors * P.Width : (long)vectors * P.Width * o.Depth;
            column += vectors * P.Width;
        }
    }

    private static void Column(ref Operands o, TileFrame* frame, float* b, int column, int vectors, bool partial)
    {
        var tiles = TileTable<P>.Tiles(vectors, o.Addressing == Addressing.Rows, partial);
        var start = o.Start == null ? null : o.Start + column;
        var c = o.C + column;
        var a = o.A;
        frame->StrideA = o.StrideA;
        var split = new RowTiles(o.Rows, TileTable<P>.Limit(vectors));
        for (var tile = 0; tile < split.Count; tile++)
        {
            var height = split.Height(tile);
            if (o.Addressing == Addressing.Packed) frame->StrideA = height;
            ((delegate*<float**, nint, float*, float*, float*, TileFrame*, void>)tiles[height])(&a, 0, b, c, start, frame);
            c += height * o.StrideC;
            a += o.Addressing switch
            {
                Addressing.Rows => height * o.StrideA,
                Addressing.Transposed => height,
                _ => (long)height * o.Depth,
            };
        }
    }
}
