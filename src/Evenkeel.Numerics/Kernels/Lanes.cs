using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels;

/// <summary>A truth value as a type argument: the compiler drops the other branch.</summary>
internal interface IFlag
{
    static abstract bool IsSet { get; }
}

internal readonly struct Yes : IFlag
{
    public static bool IsSet => true;
}

internal readonly struct No : IFlag
{
    public static bool IsSet => false;
}

/// <summary>Loads and stores of whole packs and of the last, partial one, chosen by a type argument.</summary>
internal static unsafe class Lanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Load<P, TPartial>(float* source, int count)
        where P : struct, IPack<P>
        where TPartial : struct, IFlag => TPartial.IsSet ? P.LoadPartial(source, count) : P.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<P, TPartial>(float* destination, P value, int count)
        where P : struct, IPack<P>
        where TPartial : struct, IFlag
    {
        if (TPartial.IsSet) P.StorePartial(destination, value, count);
        else P.Store(destination, value);
    }

    /// <summary>An ordinary store, or one past the caches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreThrough<P, TNonTemporal>(float* destination, P value)
        where P : struct, IPack<P>
        where TNonTemporal : struct, IFlag
    {
        if (TNonTemporal.IsSet) P.StoreNonTemporal(destination, value);
        else P.Store(destination, value);
    }

    /// <summary>Whether every pack of every row of a matrix lies on a multiple of the pack's size, as non-temporal stores need.</summary>
    public static bool AreAligned<P>(float* first, nint stride)
        where P : struct, IPack<P> =>
        P.Width > 1 && (nuint)first % (nuint)(P.Width * sizeof(float)) == 0 && stride % P.Width == 0;
}
