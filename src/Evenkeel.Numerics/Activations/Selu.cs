using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Activations;

/// <summary><c>f(x) = s x</c> where <c>x &gt; 0</c>, else <c>s a (e^x - 1)</c>, with s = 1.0507 and a = 1.6733: mean 0 and variance 1 are a fixed point. Within 3 ulp, NaN stays NaN.</summary>
/// <remarks>Klambauer et al., arXiv 1706.02515, equation 2; <c>f' = s</c> where <c>y &gt; 0</c>, else <c>y + s a</c>.</remarks>
public readonly struct Selu : IActivation
{
    private const float Scale = 1.0507009873554805f;

    private const float ScaledAlpha = 1.7580993408473766f;

    /// <inheritdoc/>
    public static string Name => "selu";

    /// <inheritdoc/>
    public static DerivativeNeeds DerivativeNeeds => DerivativeNeeds.Output;

    /// <inheritdoc/>
    public static bool IsInvertible => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Forward<P>(P x)
        where P : struct, IPack<P> => P.SelectGreater(x, P.Zero, x * P.Broadcast(Scale), PackMath.ExpMinusOneOfNonPositive(x) * P.Broadcast(ScaledAlpha));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Derivative<P>(P saved)
        where P : struct, IPack<P> => P.SelectGreater(saved, P.Zero, P.Broadcast(Scale), saved + P.Broadcast(ScaledAlpha));

    /// <summary><c>x = y / s</c>, or <c>ln(1 + y / (s a))</c> where y is not above 0; near the lower end the digits that rounding took are gone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Inverse<P>(P y)
        where P : struct, IPack<P> => P.SelectGreater(y, P.Zero, y / P.Broadcast(Scale), PackMath.Log(P.Broadcast(1f) + (y / P.Broadcast(ScaledAlpha))));
}
