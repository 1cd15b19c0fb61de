using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Packs;
using static Evenkeel.Numerics.Kernels.Recurrent.CellSweep;

namespace Evenkeel.Numerics.Kernels.Recurrent;

/// <summary>The gates of an LSTM and its cell: <c>i, f, o = sigmoid(a)</c>, <c>g = tanh(a)</c>, <c>c = f c' + i g</c>; gates in the order i, f, g, o.</summary>
/// <remarks>Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000. Traffic per unit: reads 9 and writes 5 floats. Rounding of sigmoid and tanh is within 2 ulp. NaN passes.</remarks>
public readonly struct LstmGates : IKernel<CellArguments>, ICellFunction
{
    /// <summary>The gates: i, f, g, o.</summary>
    public const int Gates = 4;

    /// <inheritdoc/>
    public static void Run<P>(ref CellArguments arguments)
        where P : struct, IPack<P> => CellSweep.Run<P, LstmGates>(ref arguments);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void ICellFunction.Apply<P, TPartial>(ref CellArguments a, nint row, nint unit, int count)
    {
        var i = PackMath.Sigmoid(Sum<P, TPartial>(ref a, row, unit, count, 0));
        var f = PackMath.Sigmoid(Sum<P, TPartial>(ref a, row, unit, count, 1));
        var g = PackMath.Tanh(Sum<P, TPartial>(ref a, row, unit, count, 2));
        var o = PackMath.Sigmoid(Sum<P, TPartial>(ref a, row, unit, count, 3));
        Store<P, TPartial>(a.Gates, row, unit, count, i);
        Store<P, TPartial>(a.Gates, row, unit, count, f, 1);
        Store<P, TPartial>(a.Gates, row, unit, count, g, 2);
        Store<P, TPartial>(a.Gates, row, unit, count, o, 3);
        Store<P, TPartial>(a.Cell, row, unit, count, P.MultiplyAdd(f, LoadOrZero<P, TPartial>(a.PreviousCell, row, unit, count), i * g));
    }
}

/// <summary>What an LSTM shows: <c>h = o tanh(c)</c>, c normalised or not.</summary>
/// <remarks>Traffic per unit: reads 2 and writes up to 3 floats. NaN passes.</remarks>
public readonly struct LstmOutput : IKernel<CellArguments>, ICellFunction
{
    /// <inheritdoc/>
    public static void Run<P>(ref CellArguments arguments)
        where P : struct, IPack<P> => CellSweep.Run<P, LstmOutput>(ref arguments);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void ICellFunction.Apply<P, TPartial>(ref CellArguments a, nint row, nint unit, int count) => StoreHidden<P, TPartial>(
        ref a, row, unit, count, Load<P, TPartial>(a.Gates, row, unit, count, 3) * PackMath.Tanh(Load<P, TPartial>(a.CellSeen, row, unit, count)));
}

/// <summary>The adjoint of <see cref="LstmOutput"/>: <c>da_o = dh tanh(c) o (1 - o)</c>, and <c>dh o (1 - tanh(c)^2)</c> for what tanh saw.</summary>
/// <remarks>tanh is computed anew. NaN passes.</remarks>
public readonly struct LstmOutputBackward : IKernel<CellArguments>, ICellFunction
{
    /// <inheritdoc/>
    public static void Run<P>(ref CellArguments arguments)
        where P : struct, IPack<P> => CellSweep.Run<P, LstmOutputBackward>(ref arguments);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void ICellFunction.Apply<P, TPartial>(ref CellArguments a, nint row, nint unit, int count)
    {
        var dh = HiddenCotangent<P, TPartial>(ref a, row, unit, count);
        var o = Load<P, TPartial>(a.Gates, row, unit, count, 3);
        var seen = PackMath.Tanh(Load<P, TPartial>(a.CellSeen, row, unit, count));
        StoreGate<P, TPartial>(ref a, row, unit, count, 3, dh * seen * Sigmoid.Derivative(o));
        Store<P, TPartial>(a.CellCotangent, row, unit, count, dh * o * Tanh.Derivative(seen));
    }
}

/// <summary>The adjoint of <see cref="LstmGates"/> with <c>dc</c> from h and from the step behind: <c>da_i = dc g i (1 - i)</c>, <c>da_f = dc c' f (1 - f)</c>, <c>da_g = dc i (1 - g^2)</c>, <c>dc' = dc f</c>.</summary>
/// <remarks>Derivatives from the stored gates. NaN passes.</remarks>
public readonly struct LstmGatesBackward : IKernel<CellArguments>, ICellFunction
{
    /// <inheritdoc/>
    public static void Run<P>(ref CellArguments arguments)
        where P : struct, IPack<P> => CellSweep.Run<P, LstmGatesBackward>(ref arguments);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void ICellFunction.Apply<P, TPartial>(ref CellArguments a, nint row, nint unit, int count)
    {
        var dc = Load<P, TPartial>(a.CellCotangent, row, unit, count);
        if (!a.OpensCarry) dc += Load<P, TPartial>(a.Carry, row, unit, count);
        P i = Load<P, TPartial>(a.Gates, row, unit, count), f = Load<P, TPartial>(a.Gates, row, unit, count, 1), g = Load<P, TPartial>(a.Gates, row, unit, count, 2);
        StoreGate<P, TPartial>(ref a, row, unit, count, 0, dc * g * Sigmoid.Derivative(i));
        StoreGate<P, TPartial>(ref a, row, unit, count, 1, dc * LoadOrZero<P, TPartial>(a.PreviousCell, row, unit, count) * Sigmoid.Derivative(f));
        StoreGate<P, TPartial>(ref a, row, unit, count, 2, dc * i * Tanh.Derivative(g));
        Store<P, TPartial>(a.Carry, row, unit, count, dc * f);
    }
}
