using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Activations;

/// <summary><c>f(x) = x / (1 + |x|)</c>, <c>f' = (1 - |y|)^2</c>; odd, within 1.5 ulp, infinities give -1 and 1, NaN stays NaN.</summary>
/// <remarks>Glorot and Bengio, AISTATS 2010, section 3.3.</remarks>
public readonly struct Softsign : IActivation
{
    /// <inheritdoc/>
    public static string Name => "softsign";

    /// <inheritdoc/>
    public static DerivativeNeeds DerivativeNeeds => DerivativeNeeds.Output;

    /// <inheritdoc/>
    public static bool IsInvertible => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Forward<P>(P x)
        where P : struct, IPack<P>
    {
        // Beyond the largest float of half the exponent 1 + |x| is |x|: nothing changes but infinity.
        var magnitude = P.Min(P.Broadcast(1e30f), P.Abs(x));
        return P.CopySign(magnitude / (P.Broadcast(1f) + magnitude), x);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Derivative<P>(P saved)
        where P : struct, IPack<P>
    {
        var rest = P.Broadcast(1f) - P.Abs(saved);
        return rest * rest;
    }

    /// <summary><c>x = y / (1 - |y|)</c>, for y in (-1, 1); near the ends the digits that rounding took are gone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Inverse<P>(P y)
        where P : struct, IPack<P> => y / (P.Broadcast(1f) - P.Abs(y));
}
