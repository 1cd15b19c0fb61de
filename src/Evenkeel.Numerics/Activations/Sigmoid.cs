using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Activations;

/// <summary><c>f(x) = 1 / (1 + e^-x)</c>, <c>f' = y (1 - y)</c>; within 2 ulp, NaN stays NaN.</summary>
public readonly struct Sigmoid : IActivation
{
    /// <inheritdoc/>
    public static string Name => "sigmoid";

    /// <inheritdoc/>
    public static DerivativeNeeds DerivativeNeeds => DerivativeNeeds.Output;

    /// <inheritdoc/>
    public static bool IsInvertible => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Forward<P>(P x)
        where P : struct, IPack<P> => PackMath.Sigmoid(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Derivative<P>(P saved)
        where P : struct, IPack<P> => saved * (P.Broadcast(1f) - saved);

    /// <summary><c>x = ln(y / (1 - y))</c>, for y in (0, 1); near 1 the digits that rounding took are gone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Inverse<P>(P y)
        where P : struct, IPack<P> => PackMath.Log(y / (P.Broadcast(1f) - y));
}
