using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Packs;
using static Evenkeel.Numerics.Kernels.Recurrent.CellSweep;

namespace Evenkeel.Numerics.Kernels.Recurrent;

/// <summary>A gated recurrent unit: <c>r, z = sigmoid(a)</c>, <c>n = tanh(x_n + r u_n)</c>, <c>h = (1 - z) n + z h'</c>; gates in the order r, z, n, and what r multiplied is kept as a fourth.</summary>
/// <remarks>Cho et al., arXiv 1406.1078, in the form of cuDNN and PyTorch, where r multiplies behind the product. NaN passes.</remarks>
public readonly struct GruForward : IKernel<CellArguments>, ICellFunction
{
    /// <summary>The gates: r, z, n.</summary>
    public const int Gates = 3;

    /// <inheritdoc/>
    public static void Run<P>(ref CellArguments arguments)
        where P : struct, IPack<P> => CellSweep.Run<P, GruForward>(ref arguments);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void ICellFunction.Apply<P, TPartial>(ref CellArguments a, nint row, nint unit, int count)
    {
        var r = PackMath.Sigmoid(Sum<P, TPartial>(ref a, row, unit, count, 0));
        var z = PackMath.Sigmoid(Sum<P, TPartial>(ref a, row, unit, count, 1));
        var u = Load<P, TPartial>(a.Recurrent, row, unit, count, 2);
        var n = PackMath.Tanh(P.MultiplyAdd(r, u, Load<P, TPartial>(a.Projected, row, unit, count, 2)));
        Store<P, TPartial>(a.Gates, row, unit, count, r);
        Store<P, TPartial>(a.Gates, row, unit, count, z, 1);
        Store<P, TPartial>(a.Gates, row, unit, count, n, 2);
        Store<P, TPartial>(a.Gates, row, unit, count, u, 3);
        StoreHidden<P, TPartial>(ref a, row, unit, count, P.MultiplyAdd(z, LoadOrZero<P, TPartial>(a.PreviousHidden, row, unit, count) - n, n));
    }
}

/// <summary>The adjoint of <see cref="GruForward"/>: <c>da_n = dh (1 - z)(1 - n^2)</c>, <c>da_r = da_n u_n r (1 - r)</c>, <c>da_z = dh (h' - n) z (1 - z)</c>, <c>du_n = da_n r</c>, and <c>dh z</c> for the step before.</summary>
/// <remarks>Derivatives from the stored gates. NaN passes.</remarks>
public readonly struct GruBackward : IKernel<CellArguments>, ICellFunction
{
    /// <inheritdoc/>
    public static void Run<P>(ref CellArguments arguments)
        where P : struct, IPack<P> => CellSweep.Run<P, GruBackward>(ref arguments);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void ICellFunction.Apply<P, TPartial>(ref CellArguments a, nint row, nint unit, int count)
    {
        var dh = HiddenCotangent<P, TPartial>(ref a, row, unit, count);
        if (!a.OpensCarry) dh += Load<P, TPartial>(a.Carry, row, unit, count);
        P r = Load<P, TPartial>(a.Gates, row, unit, count), z = Load<P, TPartial>(a.Gates, row, unit, count, 1), n = Load<P, TPartial>(a.Gates, row, unit, count, 2);
        var dn = dh * (P.Broadcast(1) - z) * Tanh.Derivative(n);
        StoreGate<P, TPartial>(ref a, row, unit, count, 0, dn * Load<P, TPartial>(a.Gates, row, unit, count, 3) * Sigmoid.Derivative(r));
        StoreGate<P, TPartial>(ref a, row, unit, count, 1, dh * (LoadOrZero<P, TPartial>(a.PreviousHidden, row, unit, count) - n) * Sigmoid.Derivative(z));
        Store<P, TPartial>(a.RecurrentCotangent, row, unit, count, dn * r, 2);
        Store<P, TPartial>(a.ProjectedCotangent, row, unit, count, dn, 2);
        Store<P, TPartial>(a.Carry, row, unit, count, dh * z);
    }
}
