using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels;

/// <summary>Loads and stores of whole packs and of the last, partial one, chosen by a type argument.</summary>
internal static unsafe class Lanes
{
    /// <summary>How many rows ahead a sweep over strips of four packs asks for lines: far enough for memory to answer in time.</summary>
    public const int RowsAhead = 8;

    /// <summary>How many a sweep over strips of one pack asks ahead, whose rows take a fourth of the time.</summary>
    public const int NarrowRowsAhead = 4 * RowsAhead;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Load<P, TPartial>(float* source, int count)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch => TPartial.IsOn ? P.LoadPartial(source, count) : P.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<P, TPartial>(float* destination, P value, int count)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        if (TPartial.IsOn) P.StorePartial(destination, value, count);
        else P.Store(destination, value);
    }

    /// <summary>An ordinary store, or one past the caches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreThrough<P, TNonTemporal>(float* destination, P value)
        where P : struct, IPack<P>
        where TNonTemporal : struct, ISwitch
    {
        if (TNonTemporal.IsOn) P.StoreNonTemporal(destination, value);
        else P.Store(destination, value);
    }

    /// <summary>Whether every pack of every row of a matrix lies on a multiple of the pack's size, as non-temporal stores need.</summary>
    public static bool AreAligned<P>(float* first, nint stride)
        where P : struct, IPack<P> =>
        P.Width > 1 && (nuint)first % (nuint)(P.Width * sizeof(float)) == 0 && stride % P.Width == 0;

    /// <summary>Asks for the lines of four packs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AskForFour<P>(float* address)
        where P : struct, IPack<P>
    {
        Prefetch.Nearest(address);
        Prefetch.Nearest(address + P.Width);
        Prefetch.Nearest(address + (2 * P.Width));
        Prefetch.Nearest(address + (3 * P.Width));
    }
}
