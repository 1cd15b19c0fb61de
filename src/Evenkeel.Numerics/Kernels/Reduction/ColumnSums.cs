using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Reduction;

/// <summary>Arguments of <see cref="ColumnSums"/>.</summary>
public unsafe struct ColumnSumsArguments
{
    /// <summary>x [rows, channels].</summary>
    public float* Input;

    /// <summary>Floats from one row to the next.</summary>
    public nint Stride;

    /// <summary>The rows and channels of this piece.</summary>
    public Window Window;

    /// <summary>Written: the sums [channels].</summary>
    public float* Output;

    /// <summary>Whether the sums are added to what <see cref="Output"/> holds, instead of overwriting it.</summary>
    public bool Accumulate;
}

/// <summary>The sum of every column: <c>y[j] = sum_r x[r, j]</c>, the gradient of a bias.</summary>
/// <remarks>
/// Rows upward, in four interleaved chains where fewer than four packs of columns remain; float sums of up to 128 rows are folded into double
/// and rounded once at the end. Reads 4 bytes per element. NaN and infinity reach their sum.
/// </remarks>
public readonly unsafe struct ColumnSums : IKernel<ColumnSumsArguments>
{
    private const int BlockRows = 128;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref ColumnSumsArguments arguments)
        where P : struct, IPack<P>
    {
        var window = arguments.Window;
        var x = arguments.Input + (window.FirstRow * arguments.Stride);
        var totals = stackalloc double[4 * P.Width];
        for (var column = window.FirstColumn; column < window.EndColumn;)
        {
            var columns = window.EndColumn - column >= 4 * P.Width ? 4 * P.Width : Math.Min(P.Width, window.EndColumn - column);
            new Span<double>(totals, 4 * P.Width).Clear();
            for (var first = 0; first < window.Rows; first += BlockRows)
            {
                var block = x + (first * arguments.Stride) + column;
                var rows = Math.Min(BlockRows, window.Rows - first);
                if (columns == 4 * P.Width) FourPacks<P>(block, arguments.Stride, rows, totals);
                else if (columns == P.Width) OnePack<P, Off>(block, arguments.Stride, rows, totals, columns);
                else OnePack<P, On>(block, arguments.Stride, rows, totals, columns);
            }

            for (var j = 0; j < columns; j++) arguments.Output[column + j] = (float)(arguments.Accumulate ? arguments.Output[column + j] + totals[j] : totals[j]);
            column += columns;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FourPacks<P>(float* x, nint stride, int rows, double* totals)
        where P : struct, IPack<P>
    {
        P s0 = P.Zero, s1 = P.Zero, s2 = P.Zero, s3 = P.Zero;
        for (; rows > 0; rows--)
        {
            s0 += P.Load(x);
            s1 += P.Load(x + P.Width);
            s2 += P.Load(x + (2 * P.Width));
            s3 += P.Load(x + (3 * P.Width));
            x += stride;
        }

        P.AddToDoubles(totals, s0, P.Width);
        P.AddToDoubles(totals + P.Width, s1, P.Width);
        P.AddToDoubles(totals + (2 * P.Width), s2, P.Width);
        P.AddToDoubles(totals + (3 * P.Width), s3, P.Width);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void OnePack<P, TPartial>(float* x, nint stride, int rows, double* totals, int count)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        P s0 = P.Zero, s1 = P.Zero, s2 = P.Zero, s3 = P.Zero;
        for (; rows >= 4; rows -= 4)
        {
            s0 += Lanes.Load<P, TPartial>(x, count);
            s1 += Lanes.Load<P, TPartial>(x + stride, count);
            s2 += Lanes.Load<P, TPartial>(x + (2 * stride), count);
            s3 += Lanes.Load<P, TPartial>(x + (3 * stride), count);
            x += 4 * stride;
        }

        for (; rows > 0; rows--, x += stride) s0 += Lanes.Load<P, TPartial>(x, count);
        P.AddToDoubles(totals, s0 + s1 + (s2 + s3), count);
    }
}
