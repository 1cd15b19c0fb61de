using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Packs;

/// <summary>The lower tail of the standard normal distribution, which GELU is made of.</summary>
/// <remarks>
/// <c>Phi(-t) = e^(-t^2/2) h(t)</c> for t from 0 on, where h falls from 1/2 like <c>1 / (t sqrt(2 pi))</c>. h is the quotient of polynomials that comes nearest up to t = 14.4, to 4.9e-9 of its value; all
/// coefficients are above 0, so nothing cancels, and both are enlarged by 1.75, since significands near 2 lose least by rounding. Even and odd terms are summed apart: fewer roundings, and shorter chains.
/// </remarks>
public static class NormalTail
{
    // e^(-t^2/2) times t / 2 is 0 from here on; beyond, the power of two would leave its range.
    private const float Farthest = 14.56f;

    private const float DensityAtZero = 0.3989422804f;

    // The power is 2^28 times too large, and the quotient takes that back.
    private const float OverTaken = PackMath.OverTaken;

    /// <summary><c>t Phi(-t)</c> for t from 0 on, within 5 ulp (4.5 measured); 0 at infinity, NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Weighted<P>(P t)
        where P : struct, IPack<P>
    {
        t = P.Min(P.Broadcast(Farthest), t);
        var square = t * t;

        // The last product alone may be subnormal.
        return Power(t, square) * t * Quotient(t, square);
    }

    /// <summary><c>Phi(-t) - t phi(t)</c> for t from 0 on, phi the density: an absolute error below 1e-7; 0 at infinity, NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P LessWeightedDensity<P>(P t)
        where P : struct, IPack<P>
    {
        t = P.Min(P.Broadcast(Farthest), t);
        var square = t * t;
        return Power(t, square) * P.MultiplyAdd(P.Broadcast(-DensityAtZero * OverTaken), t, Quotient(t, square));
    }

    /// <summary><c>2^28 e^(-t^2/2)</c>; the square is rounded, which a multiply-add of t itself makes up for, as long as the sum is small.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P Power<P>(P t, P square)
        where P : struct, IPack<P>
    {
        var zero = P.Broadcast(FloatBits.PowerZero + PackMath.PowersOver);
        var power = P.MultiplyAdd(square, P.Broadcast(-0.5f * PackMath.Log2E), zero);
        var n = power - zero;
        var r = P.MultiplyAdd(n, P.Broadcast(2f * PackMath.LogTwoLow), P.MultiplyAdd(t, t, n * P.Broadcast(2f * PackMath.LogTwoHigh)));
        return PackMath.ExpOfReduced(r, -0.5f, 1f) * P.PowerOfTwo(power);
    }

    /// <summary><c>2^-28 h(t)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P Quotient<P>(P t, P square)
        where P : struct, IPack<P>
    {
        var odd = P.MultiplyAdd(P.Broadcast(0.06924103f * OverTaken), square, P.Broadcast(0.7595928f * OverTaken));
        var even = P.MultiplyAdd(P.MultiplyAdd(P.Broadcast(0.006924181f * OverTaken), square, P.Broadcast(0.31514212f * OverTaken)), square, P.Broadcast(0.875f * OverTaken));
        var above = P.MultiplyAdd(odd, t, even);

        odd = P.MultiplyAdd(P.MultiplyAdd(P.Broadcast(0.017356073f), square, P.Broadcast(0.8069955f)), square, P.Broadcast(2.915484f));
        even = P.MultiplyAdd(P.MultiplyAdd(P.Broadcast(0.17357536f), square, P.Broadcast(2.0814984f)), square, P.Broadcast(1.75f));
        return above / P.MultiplyAdd(odd, t, even);
    }
}
