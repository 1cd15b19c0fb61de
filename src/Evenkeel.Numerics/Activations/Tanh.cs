using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Activations;

/// <summary><c>f(x) = tanh x</c>, <c>f' = 1 - y^2</c>; within 2 ulp, odd, NaN stays NaN.</summary>
public readonly struct Tanh : IActivation
{
    /// <inheritdoc/>
    public static string Name => "tanh";

    /// <inheritdoc/>
    public static DerivativeNeeds DerivativeNeeds => DerivativeNeeds.Output;

    /// <inheritdoc/>
    public static bool IsInvertible => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Forward<P>(P x)
        where P : struct, IPack<P> => PackMath.Tanh(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Derivative<P>(P saved)
        where P : struct, IPack<P> => (P.Broadcast(1f) - saved) * (P.Broadcast(1f) + saved);

    /// <summary><c>x = ln((1 + y) / (1 - y)) / 2</c>, for y in (-1, 1); near 0 with an absolute error of about 1e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Inverse<P>(P y)
        where P : struct, IPack<P> =>
        PackMath.Log((P.Broadcast(1f) + y) / (P.Broadcast(1f) - y)) * P.Broadcast(0.5f);
}
