using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Activations;

/// <summary><c>f(x) = x</c> where <c>x &gt; 0</c>, else <c>e^x - 1</c>; <c>f' = 1</c> where <c>y &gt; 0</c>, else <c>1 + y</c>. Within 2 ulp, NaN stays NaN.</summary>
/// <remarks>Clevert, Unterthiner and Hochreiter, arXiv 1511.07289, equation 15, with alpha 1.</remarks>
public readonly struct Elu : IActivation
{
    /// <inheritdoc/>
    public static string Name => "elu";

    /// <inheritdoc/>
    public static DerivativeNeeds DerivativeNeeds => DerivativeNeeds.Output;

    /// <inheritdoc/>
    public static bool IsInvertible => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Forward<P>(P x)
        where P : struct, IPack<P> => P.SelectGreater(x, P.Zero, x, PackMath.ExpMinusOneOfNonPositive(x));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Derivative<P>(P saved)
        where P : struct, IPack<P> => P.SelectGreater(saved, P.Zero, P.Broadcast(1f), P.Broadcast(1f) + saved);

    /// <summary><c>x = y</c>, or <c>ln(1 + y)</c> where y is not above 0; near -1 the digits that rounding took are gone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Inverse<P>(P y)
        where P : struct, IPack<P> => P.SelectGreater(y, P.Zero, y, PackMath.Log(P.Broadcast(1f) + y));
}
