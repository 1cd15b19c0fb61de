using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Evenkeel.Numerics.Packs;

/// <summary>Transposes blocks of floats: <c>destination[c, r] = source[r, c]</c>. Data moves only, so every path gives the same bits.</summary>
internal static unsafe class BlockTransposition
{
    /// <summary>Transposes a block of <paramref name="rows"/> by <paramref name="columns"/>.</summary>
    /// <param name="source">The first float of the block.</param>
    /// <param name="sourceStride">Floats between rows of the source.</param>
    /// <param name="destination">Where the transposed block goes; it must not overlap the source.</param>
    /// <param name="destinationStride">Floats between rows of the destination.</param>
    /// <param name="rows">Rows of the source, 0 or more.</param>
    /// <param name="columns">Columns of the source, 0 or more.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* source, long sourceStride, float* destination, long destinationStride, int rows, int columns)
    {
        var row = 0;
        if (Avx.IsSupported)
        {
            for (; row + 8 <= rows; row += 8)
            {
                var column = 0;
                for (; column + 8 <= columns; column += 8)
                    Eight(source + row * sourceStride + column, sourceStride, destination + column * destinationStride + row, destinationStride);
                Rest(source, sourceStride, destination, destinationStride, row, row + 8, column, columns);
            }
        }

        if (Sse.IsSupported)
        {
            for (; row + 4 <= rows; row += 4)
            {
                var column = 0;
                for (; column + 4 <= columns; column += 4)
                    Four(source + row * sourceStride + column, sourceStride, destination + column * destinationStride + row, destinationStride);
                Rest(source, sourceStride, destination, destinationStride, row, row + 4, column, columns);
            }
        }

        Rest(source, sourceStride, destination, destinationStride, row, rows, 0, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rest(float* source, long sourceStride, float* destination, long destinationStride, int row, int rows, int firstColumn, int columns)
    {
        for (; row < rows; row++)
        {
            for (var column = firstColumn; column < columns; column++)
                destination[column * destinationStride + row] = source[row * sourceStride + column];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(float* s, long ss, float* d, long ds)
    {
        var r0 = Vector128.Load(s);
        var r1 = Vector128.Load(s + ss);
        var r2 = Vector128.Load(s + 2 * ss);
        var r3 = Vector128.Load(s + 3 * ss);
        var low01 = Sse.UnpackLow(r0, r1);
        var high01 = Sse.UnpackHigh(r0, r1);
        var low23 = Sse.UnpackLow(r2, r3);
        var high23 = Sse.UnpackHigh(r2, r3);
        Sse.MoveLowToHigh(low01, low23).Store(d);
        Sse.MoveHighToLow(low23, low01).Store(d + ds);
        Sse.MoveLowToHigh(high01, high23).Store(d + 2 * ds);
        Sse.MoveHighToLow(high23, high01).Store(d + 3 * ds);
    }

    // Halves of rows r and r + 4 are joined while loading, so that what remains are two 4x4 transpositions inside the 128-bit lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Eight(float* s, long ss, float* d, long ds)
    {
        for (var half = 0; half < 2; half++)
        {
            var p = s + 4 * half;
            var r0 = Vector256.Create(Vector128.Load(p), Vector128.Load(p + 4 * ss));
            var r1 = Vector256.Create(Vector128.Load(p + ss), Vector128.Load(p + 5 * ss));
            var r2 = Vector256.Create(Vector128.Load(p + 2 * ss), Vector128.Load(p + 6 * ss));
            var r3 = Vector256.Create(Vector128.Load(p + 3 * ss), Vector128.Load(p + 7 * ss));
            var low01 = Avx.UnpackLow(r0, r1);
            var high01 = Avx.UnpackHigh(r0, r1);
            var low23 = Avx.UnpackLow(r2, r3);
            var high23 = Avx.UnpackHigh(r2, r3);
            var q = d + 4 * half * ds;
            Avx.Shuffle(low01, low23, 0b01_00_01_00).Store(q);
            Avx.Shuffle(low01, low23, 0b11_10_11_10).Store(q + ds);
            Avx.Shuffle(high01, high23, 0b01_00_01_00).Store(q + 2 * ds);
            Avx.Shuffle(high01, high23, 0b11_10_11_10).Store(q + 3 * ds);
        }
    }
}
