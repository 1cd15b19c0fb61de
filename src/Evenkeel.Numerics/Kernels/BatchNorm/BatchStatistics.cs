using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>Arguments of <see cref="BatchStatistics"/>.</summary>
public unsafe struct BatchStatisticsArguments
{
    /// <summary>x [rows, channels].</summary>
    public float* Input;

    /// <summary>Floats from one row of x to the next.</summary>
    public nint InputStride;

    /// <summary>The rows and channels of this piece.</summary>
    public Window Window;

    /// <summary>All channels of the tensor: the length of a slot's plane.</summary>
    public int Channels;

    /// <summary>This piece's <see cref="MomentSlot"/>.</summary>
    public double* Slot;
}

/// <summary>Count, mean and squared deviations of one piece of a batch, per channel: <c>n</c>, <c>mean = (1/n) sum x</c>, <c>M2 = sum (x - mean)^2</c>.</summary>
/// <remarks>
/// <para>Batch normalisation, Algorithm 1, lines 1 and 2 (S. Ioffe, C. Szegedy, arXiv 1502.03167), for one piece; <see cref="FinalizeStatistics"/> merges pieces.</para>
/// <para>Traffic: reads 4 bytes per element, writes 24 bytes per channel.</para>
/// <para>Method: the pivot is the piece's first value of the channel; float sums of <c>d = x - pivot</c> and <c>d^2</c> over blocks of
/// <see cref="BlockRows"/> rows are folded into double; at the end <c>mean = pivot + S/n</c> and <c>M2 = Q - S^2/n</c>. Data whose
/// sums are representable give exact results. Never E[x^2] - E[x]^2 around zero: at mean 1e4 and deviation 1e-2 nothing would be left of it.</para>
/// <para>Order of summation: rows upward; where fewer than four packs of columns remain, four interleaved chains of rows, added pairwise.</para>
/// <para>NaN and infinity reach the mean and M2 of their channel. A piece of no rows leaves n = 0, mean 0, M2 0.</para>
/// </remarks>
public readonly unsafe struct BatchStatistics : IKernel<BatchStatisticsArguments>
{
    /// <summary>How many rows are summed in float before they are folded into double: it bounds the rounding error of a sum to about 128/2 ulp, in practice some 5.</summary>
    public const int BlockRows = 128;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref BatchStatisticsArguments arguments)
        where P : struct, IPack<P>
    {
        var window = arguments.Window;
        var stride = arguments.InputStride;
        var first = arguments.Input + (window.FirstRow * stride);
        var counts = arguments.Slot;
        var sums = counts + arguments.Channels;
        var squares = sums + arguments.Channels;
        for (var column = window.FirstColumn; column < window.EndColumn; column++) sums[column] = squares[column] = 0;

        for (var row = window.FirstRow; row < window.EndRow; row += BlockRows)
        {
            var rows = Math.Min(BlockRows, window.EndRow - row);
            var block = arguments.Input + (row * stride);
            var column = window.FirstColumn;
            for (; column + (4 * P.Width) <= window.EndColumn; column += 4 * P.Width)
                AddFourPacks<P>(block + column, stride, rows, first + column, sums + column, squares + column);
            for (; column + P.Width <= window.EndColumn; column += P.Width)
                AddOnePack<P, Off>(block + column, stride, rows, first + column, sums + column, squares + column, P.Width);
            if (column < window.EndColumn)
                AddOnePack<P, On>(block + column, stride, rows, first + column, sums + column, squares + column, window.EndColumn - column);
        }

        double n = window.Rows;
        for (var column = window.FirstColumn; column < window.EndColumn; column++)
        {
            counts[column] = n;
            if (n == 0) continue;
            var shift = sums[column] / n;
            var deviations = squares[column] - (sums[column] * shift);
            sums[column] = first[column] + shift;

            // Rounding may leave a hair below zero; NaN passes.
            squares[column] = deviations < 0 ? 0 : deviations;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddFourPacks<P>(float* x, nint stride, int rows, float* pivot, double* sums, double* squares)
        where P : struct, IPack<P>
    {
        var p0 = P.Load(pivot);
        var p1 = P.Load(pivot + P.Width);
        var p2 = P.Load(pivot + (2 * P.Width));
        var p3 = P.Load(pivot + (3 * P.Width));
        P s0 = P.Zero, s1 = P.Zero, s2 = P.Zero, s3 = P.Zero;
        P q0 = P.Zero, q1 = P.Zero, q2 = P.Zero, q3 = P.Zero;
        for (var row = 0; row < rows; row++)
        {
            Lanes.AskForFour<P>(x + (Lanes.RowsAhead * stride));
            var d0 = P.Load(x) - p0;
            var d1 = P.Load(x + P.Width) - p1;
            var d2 = P.Load(x + (2 * P.Width)) - p2;
            var d3 = P.Load(x + (3 * P.Width)) - p3;
            s0 += d0;
            s1 += d1;
            s2 += d2;
            s3 += d3;
            q0 = P.MultiplyAdd(d0, d0, q0);
            q1 = P.MultiplyAdd(d1, d1, q1);
            q2 = P.MultiplyAdd(d2, d2, q2);
            q3 = P.MultiplyAdd(d3, d3, q3);
            x += stride;
        }

        P.AddToDoubles(sums, s0, P.Width);
        P.AddToDoubles(sums + P.Width, s1, P.Width);
        P.AddToDoubles(sums + (2 * P.Width), s2, P.Width);
        P.AddToDoubles(sums + (3 * P.Width), s3, P.Width);
        P.AddToDoubles(squares, q0, P.Width);
        P.AddToDoubles(squares + P.Width, q1, P.Width);
        P.AddToDoubles(squares + (2 * P.Width), q2, P.Width);
        P.AddToDoubles(squares + (3 * P.Width), q3, P.Width);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddOnePack<P, TPartial>(float* x, nint stride, int rows, float* pivot, double* sums, double* squares, int count)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        var p = Lanes.Load<P, TPartial>(pivot, count);
        P s0 = P.Zero, s1 = P.Zero, s2 = P.Zero, s3 = P.Zero;
        P q0 = P.Zero, q1 = P.Zero, q2 = P.Zero, q3 = P.Zero;
        var row = 0;
        for (; row + 4 <= rows; row += 4)
        {
            Prefetch.Nearest(x + (Lanes.NarrowRowsAhead * stride));
            Prefetch.Nearest(x + ((Lanes.NarrowRowsAhead + 1) * stride));
            Prefetch.Nearest(x + ((Lanes.NarrowRowsAhead + 2) * stride));
            Prefetch.Nearest(x + ((Lanes.NarrowRowsAhead + 3) * stride));
            var d0 = Lanes.Load<P, TPartial>(x, count) - p;
            var d1 = Lanes.Load<P, TPartial>(x + stride, count) - p;
            var d2 = Lanes.Load<P, TPartial>(x + (2 * stride), count) - p;
            var d3 = Lanes.Load<P, TPartial>(x + (3 * stride), count) - p;
            s0 += d0;
            s1 += d1;
            s2 += d2;
            s3 += d3;
            q0 = P.MultiplyAdd(d0, d0, q0);
            q1 = P.MultiplyAdd(d1, d1, q1);
            q2 = P.MultiplyAdd(d2, d2, q2);
            q3 = P.MultiplyAdd(d3, d3, q3);
            x += 4 * stride;
        }

        for (; row < rows; row++, x += stride)
        {
            var d = Lanes.Load<P, TPartial>(x, count) - p;
            s0 += d;
            q0 = P.MultiplyAdd(d, d, q0);
        }

        P.AddToDoubles(sums, s0 + s1 + (s2 + s3), count);
        P.AddToDoubles(squares, q0 + q1 + (q2 + q3), count);
    }
}
