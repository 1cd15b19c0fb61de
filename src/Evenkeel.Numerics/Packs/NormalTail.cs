using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Packs;

/// <summary>The lower tail of the standard normal distribution, which GELU is made of.</summary>
/// <remarks>
/// <c>Phi(-t) = e^(-t^2/2) h(t)</c> for t from 0 on, where h falls from 1/2 like <c>1 / (t sqrt(2 pi))</c>. h is a quotient of polynomials fitted by weighted least squares to 6.4e-9 of its value up to
/// t = 14.6, beyond which the tail is no float any more; all its coefficients are above 0, so nothing cancels. What rounding takes from t^2 is given back, since the power would multiply it by t^2.
/// </remarks>
public static class NormalTail
{
    // e^(-t^2/2) is 0 from 14.5 on; beyond, 0 times infinity would be no number.
    private const float Farthest = 20f;

    private const float DensityAtZero = 0.3989422804f;

    /// <summary><c>t Phi(-t)</c> for t from 0 on, within 5 ulp; 0 at infinity, NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Weighted<P>(P t)
        where P : struct, IPack<P>
    {
        t = P.Min(P.Broadcast(Farthest), t);

        // The power may be subnormal: it is rounded once more, by the last product.
        return Power(t) * (t * Quotient(t));
    }

    /// <summary><c>Phi(-t) - t phi(t)</c> for t from 0 on, phi the density: an absolute error below 1e-7; 0 at infinity, NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P LessWeightedDensity<P>(P t)
        where P : struct, IPack<P>
    {
        t = P.Min(P.Broadcast(Farthest), t);
        return Power(t) * P.MultiplyAdd(P.Broadcast(-DensityAtZero), t, Quotient(t));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P Power<P>(P t)
        where P : struct, IPack<P>
    {
        var square = t * t;
        var lost = P.MultiplyAdd(t, t, -square);
        var half = P.Broadcast(-0.5f);
        var power = PackMath.ExpOfNonPositive(square * half);
        return P.MultiplyAdd(power, lost * half, power);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P Quotient<P>(P t)
        where P : struct, IPack<P>
    {
        var above = P.MultiplyAdd(P.Broadcast(4.093442092502397e-3f), t, P.Broadcast(4.049471277197869e-2f));
        above = P.MultiplyAdd(above, t, P.Broadcast(1.828471166792972e-1f));
        above = P.MultiplyAdd(above, t, P.Broadcast(4.3780690103599296e-1f));
        above = P.MultiplyAdd(above, t, P.Broadcast(0.5f));

        var below = P.MultiplyAdd(P.Broadcast(1.026061694772869e-2f), t, P.Broadcast(1.0151169819907117e-1f));
        below = P.MultiplyAdd(below, t, P.Broadcast(4.6843932805947e-1f));
        below = P.MultiplyAdd(below, t, P.Broadcast(1.2009490034586f));
        below = P.MultiplyAdd(below, t, P.Broadcast(1.6734986498668778f));
        below = P.MultiplyAdd(below, t, P.Broadcast(1f));
        return above / below;
    }
}
