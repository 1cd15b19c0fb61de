using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Packs;

/// <summary>Elementary functions over packs, written once for every width: pack operations only, no branch on a value.</summary>
/// <remarks>
/// Argument reduction and the logarithm's polynomial follow Cephes (S. L. Moshier, single-precision library); error bounds are stated per function,
/// in units in the last place against the function evaluated in double, and hold where multiply-add is fused.
/// </remarks>
public static class PackMath
{
    internal const float Log2E = 1.44269504f;

    // ln 2 in two parts; the first has few bits, so that n * high is exact even without a fused multiply-add.
    internal const float LogTwoHigh = 0.693359375f;
    internal const float LogTwoLow = -2.12194440e-4f;

    // e^u = 1 + u + u^2 (Second + Third u + ...): of all with this beginning, the one that comes nearest for |u| up to ln 2 / 2, to 3.8e-9 of e^u (Remez's exchange, rounded to floats).
    internal const float ExpSecond = 4.9999994e-1f;
    internal const float ExpThird = 1.6666521e-1f;
    internal const float ExpFourth = 4.166839e-2f;
    internal const float ExpFifth = 8.368725e-3f;
    internal const float ExpSixth = 1.3814581e-3f;

    // Powers down to 2^-153 are built 2^28 times too large and meet a significand as much too small: their product rounds a subnormal result once.
    internal const int PowersOver = 28;
    internal const float OverTaken = 1f / (1 << PowersOver);

    // exp(-104) is below half of the smallest subnormal and exp(89) above the largest float: beyond them nothing changes.
    private const float ExpLowest = -104f;
    private const float ExpHighest = 89f;

    private const float SmallestNormal = 1.17549435e-38f;
    private const float SquareRootOfTwo = 1.41421356f;

    // Beyond, tanh is 1 in every digit.
    private const float TanhHighest = 20f;

    /// <summary><c>e^x</c>, within 1 ulp (0.88 measured); subnormal results are right, overflow gives infinity, underflow 0, NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Exp<P>(P x)
        where P : struct, IPack<P>
    {
        // Max and Min keep NaN in their second operand.
        var r = Reduce(P.Min(P.Broadcast(ExpHighest), P.Max(P.Broadcast(ExpLowest), x)), 1f, 0, out var power);

        // 2^n in two factors: n reaches -150 and 128, and a subnormal result is rounded once, by the last product.
        var zero = P.Broadcast(FloatBits.PowerZero);
        var half = P.MultiplyAdd(power - zero, P.Broadcast(0.5f), zero);
        return ExpOfReduced(r, 1f, 1f) * P.PowerOfTwo(half) * P.PowerOfTwo(power - (half - zero));
    }

    /// <summary><c>e^x</c> for x of at most 0, with the same accuracy as <see cref="Exp"/> and a third less work; for x above 0 it is wrong from 68 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P ExpOfNonPositive<P>(P x)
        where P : struct, IPack<P> => ExpOf(P.Max(P.Broadcast(ExpLowest), x), 1f);

    /// <summary><c>e^x - 1</c> for x of at most 0, within 2 ulp (0.95 measured), also near 0; -1 far to the left, NaN stays NaN; for x above 0 it is wrong from 88 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P ExpMinusOneOfNonPositive<P>(P x)
        where P : struct, IPack<P>
    {
        // Below -30 the result is -1 in every digit.
        var r = Reduce(P.Max(P.Broadcast(-30f), x), 1f, 0, out var power);
        var scale = P.PowerOfTwo(power);
        return P.MultiplyAdd(scale, P.MultiplyAdd(HigherTerms(r, 1f, 1f), r * r, r), scale - P.Broadcast(1f));
    }

    /// <summary><c>e^(unit x)</c> for a product from -104 to 68, within 1 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P ExpOf<P>(P x, float unit)
        where P : struct, IPack<P>
    {
        var r = Reduce(x, unit, PowersOver, out var power);
        return ExpOfReduced(r, unit, OverTaken) * P.PowerOfTwo(power);
    }

    /// <summary><c>e^(unit x) = e^(unit r) 2^n</c> with <c>|unit r|</c> up to ln 2 / 2; unit is a power of two or its negative. <see cref="IPack{TSelf}.PowerOfTwo"/> makes <c>2^(n + over)</c> of the power.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P Reduce<P>(P x, float unit, int over, out P power)
        where P : struct, IPack<P>
    {
        var zero = P.Broadcast(FloatBits.PowerZero + over);
        power = P.MultiplyAdd(x, P.Broadcast(unit * Log2E), zero);
        var n = power - zero;

        // The high part is exact, so that only the low one rounds.
        return P.MultiplyAdd(n, P.Broadcast(-LogTwoLow / unit), P.MultiplyAdd(n, P.Broadcast(-LogTwoHigh / unit), x));
    }

    /// <summary><c>factor e^(unit r)</c> for <c>|unit r|</c> up to ln 2 / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static P ExpOfReduced<P>(P r, float unit, float factor)
        where P : struct, IPack<P> =>
        P.MultiplyAdd(P.MultiplyAdd(HigherTerms(r, unit, factor * unit * unit), r, P.Broadcast(factor * unit)), r, P.Broadcast(factor));

    /// <summary><c>factor (e^u - 1 - u) / u^2</c> with <c>u = unit r</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P HigherTerms<P>(P r, float unit, float factor)
        where P : struct, IPack<P>
    {
        var p = P.MultiplyAdd(P.Broadcast(factor * unit * unit * unit * unit * ExpSixth), r, P.Broadcast(factor * unit * unit * unit * ExpFifth));
        p = P.MultiplyAdd(p, r, P.Broadcast(factor * unit * unit * ExpFourth));
        p = P.MultiplyAdd(p, r, P.Broadcast(factor * unit * ExpThird));
        return P.MultiplyAdd(p, r, P.Broadcast(factor * ExpSecond));
    }

    /// <summary><c>ln x</c>, within 1 ulp; 0 gives -infinity, negative values NaN, infinity infinity, NaN NaN; subnormal arguments are right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Log<P>(P x)
        where P : struct, IPack<P>
    {
        var one = P.Broadcast(1f);
        var subnormal = P.GreaterThan(P.Broadcast(SmallestNormal), x);
        var normal = P.Select(subnormal, x * P.Broadcast(8388608f), x);
        var e = P.Exponent(normal) - P.Select(subnormal, P.Broadcast(23f), P.Zero);
        var m = P.Significand(normal);
        var upper = P.GreaterThan(m, P.Broadcast(SquareRootOfTwo));
        m = P.Select(upper, m * P.Broadcast(0.5f), m);
        e = P.Select(upper, e + one, e);

        var result = LogOfReduced(m - one, e);

        var infinity = P.Broadcast(float.PositiveInfinity);
        result = P.Select(P.EqualTo(x, infinity), infinity, result);
        result = P.Select(P.EqualTo(x, P.Zero), -infinity, result);
        result = P.SelectGreater(P.Zero, x, P.Broadcast(float.NaN), result);
        return P.Select(P.EqualTo(x, x), result, x);
    }

    /// <summary><c>ln(1 + x)</c> for x in [0, 1], within 1.5 ulp also near 0; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P LogOnePlusOfUnit<P>(P x)
        where P : struct, IPack<P>
    {
        // 1 + x = 2 (1 + (x - 1) / 2): the difference is exact where it is small.
        var one = P.Broadcast(1f);
        var upper = P.GreaterThan(x, P.Broadcast(SquareRootOfTwo - 1));
        return LogOfReduced(P.Select(upper, (x - one) * P.Broadcast(0.5f), x), P.Select(upper, one, P.Zero));
    }

    /// <summary><c>ln((1 + f) 2^e)</c> for f in [-0.3, 0.42].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P LogOfReduced<P>(P f, P e)
        where P : struct, IPack<P>
    {
        var z = f * f;
        var p = P.MultiplyAdd(P.Broadcast(7.0376836292e-2f), f, P.Broadcast(-1.1514610310e-1f));
        p = P.MultiplyAdd(p, f, P.Broadcast(1.1676998740e-1f));
        p = P.MultiplyAdd(p, f, P.Broadcast(-1.2420140846e-1f));
        p = P.MultiplyAdd(p, f, P.Broadcast(1.4249322787e-1f));
        p = P.MultiplyAdd(p, f, P.Broadcast(-1.6668057665e-1f));
        p = P.MultiplyAdd(p, f, P.Broadcast(2.0000714765e-1f));
        p = P.MultiplyAdd(p, f, P.Broadcast(-2.4999993993e-1f));
        p = P.MultiplyAdd(p, f, P.Broadcast(3.3333331174e-1f));
        var y = p * f * z;
        y = P.MultiplyAdd(e, P.Broadcast(LogTwoLow), y);
        y = P.MultiplyAdd(P.Broadcast(-0.5f), z, y);
        return P.MultiplyAdd(e, P.Broadcast(LogTwoHigh), f + y);
    }

    /// <summary><c>tanh x</c>, within 2 ulp (1.88 measured); odd bit for bit, -1 and 1 at the infinities, NaN stays NaN.</summary>
    /// <remarks><c>m / (2 - m)</c> with <c>m = 1 - e^(-2|x|)</c>, which keeps all digits of a small x; for the divisor see <see cref="Sigmoid"/>.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Tanh<P>(P x)
        where P : struct, IPack<P>
    {
        var one = P.Broadcast(1f);
        var r = Reduce(P.Min(P.Broadcast(TanhHighest), P.Abs(x)), -2f, 1, out var power);
        var twice = P.PowerOfTwo(power);
        var m = P.MultiplyAdd(twice, P.MultiplyAdd(HigherTerms(r, -2f, -2f), r * r, r), P.MultiplyAdd(twice, P.Broadcast(-0.5f), one));

        var y = P.MultiplyAdd(P.MultiplyAdd(P.Broadcast(128f / 577), m * m, P.Broadcast(160f / 577)), m, P.Broadcast(288f / 577));
        var d = P.MultiplyAdd(y, m, P.MultiplyAdd(P.Broadcast(-2f), y, one));
        return P.CopySign(Quotient(m, y, d), x);
    }

    /// <summary><c>1 / (1 + e^-x)</c>, within 2 ulp (1.75 measured, 0.93 for x above 0), subnormal results included; 0 and 1 at the infinities, NaN stays NaN.</summary>
    /// <remarks>
    /// Evaluated as <c>1/(1+e)</c> or <c>e/(1+e)</c> with <c>e = exp(-|x|)</c>, so that nothing overflows and the left tail keeps its digits. There is no division, which takes longer than its replacement:
    /// the cubic y nearest to <c>1/(1+e)</c> for e from 0 to 1 leaves <c>d = 1 - y(1+e) = T4(1-2e)/T4(3)</c> with Chebyshev's T4, at most 1/577, and <c>y(1 + d + d^2)</c> then lacks <c>d^3</c>, 5.2e-9.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Sigmoid<P>(P x)
        where P : struct, IPack<P>
    {
        var one = P.Broadcast(1f);
        var e = ExpOf(P.Min(P.Broadcast(-ExpLowest), P.Abs(x)), -1f);

        var y = P.MultiplyAdd(P.Broadcast(-128f / 577), e, P.Broadcast(384f / 577));
        y = P.MultiplyAdd(y, e, P.Broadcast(-544f / 577));
        y = P.MultiplyAdd(y, e, P.Broadcast(576f / 577));
        var d = P.SubtractProduct(y, e, one - y);
        return Quotient(P.SelectGreater(x, P.Zero, one, e), y, d);
    }

    /// <summary><c>a y (1 + d + d^2)</c>; the product a y is rounded only where that does not count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P Quotient<P>(P a, P y, P d)
        where P : struct, IPack<P> => P.MultiplyAdd(a, y, a * y * P.MultiplyAdd(d, d, d));

    /// <summary><c>1 / sqrt(x)</c>: two correctly rounded operations, no estimate, so within 1.5 ulp; 0 gives infinity, negative values NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P ReciprocalSquareRoot<P>(P x)
        where P : struct, IPack<P> => P.Broadcast(1f) / P.SquareRoot(x);
}
