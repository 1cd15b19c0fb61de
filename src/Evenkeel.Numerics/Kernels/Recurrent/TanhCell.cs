using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Packs;
using static Evenkeel.Numerics.Kernels.Recurrent.CellSweep;

namespace Evenkeel.Numerics.Kernels.Recurrent;

/// <summary>The simple recurrent cell, <c>h = tanh(x W + h' U + b)</c>.</summary>
/// <remarks>Elman 1990. NaN passes.</remarks>
public readonly struct TanhForward : IKernel<CellArguments>, ICellFunction
{
    /// <inheritdoc/>
    public static void Run<P>(ref CellArguments arguments)
        where P : struct, IPack<P> => CellSweep.Run<P, TanhForward>(ref arguments);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void ICellFunction.Apply<P, TPartial>(ref CellArguments a, nint row, nint unit, int count) =>
        StoreHidden<P, TPartial>(ref a, row, unit, count, PackMath.Tanh(Sum<P, TPartial>(ref a, row, unit, count, 0)));
}

/// <summary>The adjoint of <see cref="TanhForward"/>: <c>da = dh (1 - h^2)</c>.</summary>
/// <remarks>The derivative is had from h. NaN passes.</remarks>
public readonly struct TanhBackward : IKernel<CellArguments>, ICellFunction
{
    /// <inheritdoc/>
    public static void Run<P>(ref CellArguments arguments)
        where P : struct, IPack<P> => CellSweep.Run<P, TanhBackward>(ref arguments);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void ICellFunction.Apply<P, TPartial>(ref CellArguments a, nint row, nint unit, int count) => StoreGate<P, TPartial>(
        ref a, row, unit, count, 0, HiddenCotangent<P, TPartial>(ref a, row, unit, count) * Tanh.Derivative(Load<P, TPartial>(a.Hidden, row, unit, count)));
}
