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
}

/// <summary>The sum of every column: <c>y[j] = sum_r x[r, j]</c>, the gradient of a bias.</summary>
/// <remarks>Rows upward; float sums of up to 128 rows are folded into double and rounded once at the end. Reads 4 bytes per element. NaN and infinity reach their sum.</remarks>
public readonly unsafe struct ColumnSums : IKernel<ColumnSumsArguments>
{
    private const int BlockRows = 128;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref ColumnSumsArguments arguments)
        where P : struct, IPack<P>
    {
        var window = arguments.Window;
        var column = window.FirstColumn;
        for (; column + P.Width <= window.EndColumn; column += P.Width) OnePack<P, Off>(ref arguments, column, P.Width);
        if (column < window.EndColumn) OnePack<P, On>(ref arguments, column, window.EndColumn - column);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void OnePack<P, TPartial>(ref ColumnSumsArguments arguments, int column, int count)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        var window = arguments.Window;
        var x = arguments.Input + (window.FirstRow * arguments.Stride) + column;
        var totals = stackalloc double[P.Width];
        var partial = stackalloc float[P.Width];
        new Span<double>(totals, P.Width).Clear();
        for (var first = window.FirstRow; first < window.EndRow; first += BlockRows)
        {
            var sum = P.Zero;
            for (var row = Math.Min(BlockRows, window.EndRow - first); row > 0; row--)
            {
                sum += Lanes.Load<P, TPartial>(x, count);
                x += arguments.Stride;
            }

            P.Store(partial, sum);
            for (var lane = 0; lane < P.Width; lane++) totals[lane] += partial[lane];
        }

        for (var lane = 0; lane < count; lane++) arguments.Output[column + lane] = (float)totals[lane];
    }
}
