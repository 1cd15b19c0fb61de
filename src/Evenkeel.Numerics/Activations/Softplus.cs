using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Activations;

/// <summary><c>f(x) = ln(1 + e^x)</c>, <c>f' = 1 / (1 + e^-x) = 1 - e^-y</c>; within 2 ulp, also far to the left, NaN stays NaN.</summary>
/// <remarks>Dugas et al., NIPS 2000; written as <c>max(0, x) + ln(1 + e^-|x|)</c>, so that nothing overflows.</remarks>
public readonly struct Softplus : IActivation
{
    /// <inheritdoc/>
    public static string Name => "softplus";

    /// <inheritdoc/>
    public static DerivativeNeeds DerivativeNeeds => DerivativeNeeds.Output;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Forward<P>(P x)
        where P : struct, IPack<P> => P.Max(P.Zero, x) + PackMath.LogOnePlusOfUnit(PackMath.ExpOfNonPositive(-P.Abs(x)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Derivative<P>(P saved)
        where P : struct, IPack<P> => -PackMath.ExpMinusOneOfNonPositive(-saved);
}
