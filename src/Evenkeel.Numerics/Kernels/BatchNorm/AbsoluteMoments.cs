using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>Where one piece leaves what it saw of the magnitudes: two planes of doubles [Channels], the sum or the maximum of |x|, and how many values reach the maximum.</summary>
public static class AbsoluteSlot
{
    /// <summary>The planes of a slot.</summary>
    public const int Planes = 2;

    /// <summary>The number of doubles in one slot.</summary>
    public static nint Doubles(int channels) => (nint)Planes * channels;
}

/// <summary>Arguments of <see cref="AbsoluteSum"/> and <see cref="AbsoluteMaximum"/>.</summary>
public unsafe struct AbsoluteMomentsArguments
{
    /// <summary>x [rows, channels].</summary>
    public float* Input;

    /// <summary>Floats from one row of x to the next.</summary>
    public nint InputStride;

    /// <summary>The rows and channels of this piece.</summary>
    public Window Window;

    /// <summary>All channels of the tensor: the length of a slot's plane.</summary>
    public int Channels;

    /// <summary>This piece's <see cref="AbsoluteSlot"/>.</summary>
    public double* Slot;

    /// <summary>Whether the slot already holds an earlier part of the piece.</summary>
    public bool Accumulate;
}

/// <summary>The sum of magnitudes of one piece per channel, <c>sum |x|</c>, for l1 normalisation (Santurkar et al., arXiv 1805.11604, section 3.3).</summary>
/// <remarks>
/// Traffic: reads 4 bytes per element. Rows upward, in float over blocks of <see cref="BatchStatistics.BlockRows"/> rows that are folded into double. NaN and infinity reach the sum of their channel.
/// </remarks>
public readonly unsafe struct AbsoluteSum : IKernel<AbsoluteMomentsArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref AbsoluteMomentsArguments arguments)
        where P : struct, IPack<P>
    {
        var window = arguments.Window;
        for (var column = window.FirstColumn; !arguments.Accumulate && column < window.EndColumn; column++)
            arguments.Slot[column] = arguments.Slot[arguments.Channels + column] = 0;
        for (var row = window.FirstRow; row < window.EndRow; row += BatchStatistics.BlockRows)
        {
            var rows = Math.Min(BatchStatistics.BlockRows, window.EndRow - row);
            var block = arguments.Input + (row * arguments.InputStride);
            var column = window.FirstColumn;
            for (; column + P.Width <= window.EndColumn; column += P.Width)
                Add<P, Off>(block + column, arguments.InputStride, rows, arguments.Slot + column, P.Width);
            if (column < window.EndColumn) Add<P, On>(block + column, arguments.InputStride, rows, arguments.Slot + column, window.EndColumn - column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<P, TPartial>(float* x, nint stride, int rows, double* sums, int count)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        var sum = P.Zero;
        for (var row = 0; row < rows; row++, x += stride) sum += P.Abs(Lanes.Load<P, TPartial>(x, count));
        P.AddToDoubles(sums, sum, count);
    }
}

/// <summary>The largest magnitude of one piece per channel, <c>max |x|</c>, and how many values reach it, for l-infinity normalisation (Santurkar et al., arXiv 1805.11604, section 3.3).</summary>
/// <remarks>
/// Traffic: reads 4 bytes per element. The result does not depend on the order. NaN may leave no trace here: the mean, which is gathered beside, carries it.
/// </remarks>
public readonly unsafe struct AbsoluteMaximum : IKernel<AbsoluteMomentsArguments>
{
    // Counts of a block stay exact in float.
    private const int BlockRows = 1 << 20;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref AbsoluteMomentsArguments arguments)
        where P : struct, IPack<P>
    {
        var window = arguments.Window;
        for (var column = window.FirstColumn; !arguments.Accumulate && column < window.EndColumn; column++)
            arguments.Slot[column] = arguments.Slot[arguments.Channels + column] = 0;
        for (var row = window.FirstRow; row < window.EndRow; row += BlockRows)
        {
            var rows = Math.Min(BlockRows, window.EndRow - row);
            var block = arguments.Input + (row * arguments.InputStride);
            var column = window.FirstColumn;
            for (; column + P.Width <= window.EndColumn; column += P.Width)
                Find<P, Off>(block + column, arguments.InputStride, rows, arguments.Slot + column, arguments.Channels, P.Width);
            if (column < window.EndColumn) Find<P, On>(block + column, arguments.InputStride, rows, arguments.Slot + column, arguments.Channels, window.EndColumn - column);
        }
    }

    /// <summary>Joins one piece's maximum and its count into another's.</summary>
    internal static void Join(ref double maximum, ref double ties, double other, double otherTies)
    {
        if (other > maximum) (maximum, ties) = (other, otherTies);
        else if (other == maximum) ties += otherTies;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Find<P, TPartial>(float* x, nint stride, int rows, double* slot, nint plane, int count)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        P maximum = P.Zero, ties = P.Zero, one = P.Broadcast(1);
        for (var row = 0; row < rows; row++, x += stride)
        {
            var magnitude = P.Abs(Lanes.Load<P, TPartial>(x, count));
            ties = P.SelectGreater(magnitude, maximum, one, P.Select(P.EqualTo(magnitude, maximum), ties + one, ties));
            maximum = P.Max(maximum, magnitude);
        }

        var found = stackalloc float[2 * P.Width];
        P.Store(found, maximum);
        P.Store(found + P.Width, ties);
        for (var lane = 0; lane < count; lane++) Join(ref slot[lane], ref slot[plane + lane], found[lane], found[P.Width + lane]);
    }
}
