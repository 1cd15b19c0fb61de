using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Recurrent;

/// <summary>The formula of one sweep over a cell, at one pack of units of one sample; a method of its own, since the compiler gives up inlining where several functions meet in one body.</summary>
internal interface ICellFunction
{
    static abstract void Apply<P, TPartial>(ref CellArguments a, nint row, nint unit, int count)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch;
}

/// <summary>What the sweeps over recurrent cells share: samples upward, lanes are units, the remainder is a partial pack. No sums.</summary>
internal static unsafe class CellSweep
{
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P, TFunction>(ref CellArguments a)
        where P : struct, IPack<P>
        where TFunction : struct, ICellFunction
    {
        for (nint row = 0; row < a.Rows; row++)
        {
            var unit = 0;
            for (; unit + P.Width <= a.Units; unit += P.Width) TFunction.Apply<P, Off>(ref a, row, unit, P.Width);
            if (unit < a.Units) TFunction.Apply<P, On>(ref a, row, unit, a.Units - unit);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Load<P, TPartial>(in Strip strip, nint row, nint unit, int count, int gate = 0)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch => Lanes.Load<P, TPartial>(strip.First + (row * strip.Row) + (gate * strip.Gate) + unit, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P LoadOrZero<P, TPartial>(in Strip strip, nint row, nint unit, int count)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch => strip.First == null ? P.Zero : Load<P, TPartial>(strip, row, unit, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<P, TPartial>(in Strip strip, nint row, nint unit, int count, P value, int gate = 0)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        if (strip.First != null) Lanes.Store<P, TPartial>(strip.First + (row * strip.Row) + (gate * strip.Gate) + unit, value, count);
    }

    /// <summary>What enters a gate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Sum<P, TPartial>(ref CellArguments a, nint row, nint unit, int count, int gate)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch =>
        Load<P, TPartial>(a.Recurrent, row, unit, count, gate) + Load<P, TPartial>(a.Projected, row, unit, count, gate);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHidden<P, TPartial>(ref CellArguments a, nint row, nint unit, int count, P hidden)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        Store<P, TPartial>(a.Hidden, row, unit, count, hidden);
        Store<P, TPartial>(a.HiddenNext, row, unit, count, hidden);
        Store<P, TPartial>(a.HiddenSaved, row, unit, count, hidden);
    }

    /// <summary>The cotangent of h: from the step behind, and from the layers behind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P HiddenCotangent<P, TPartial>(ref CellArguments a, nint row, nint unit, int count)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch =>
        LoadOrZero<P, TPartial>(a.HiddenCotangent, row, unit, count) + LoadOrZero<P, TPartial>(a.OutputCotangent, row, unit, count);

    /// <summary>The cotangent of both summands of a gate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreGate<P, TPartial>(ref CellArguments a, nint row, nint unit, int count, int gate, P cotangent)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        Store<P, TPartial>(a.RecurrentCotangent, row, unit, count, cotangent, gate);
        Store<P, TPartial>(a.ProjectedCotangent, row, unit, count, cotangent, gate);
    }
}
