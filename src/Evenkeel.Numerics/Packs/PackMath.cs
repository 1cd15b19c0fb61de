using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Packs;

/// <summary>Elementary functions over packs, written once for every width: pack operations only, no branch on a value.</summary>
/// <remarks>
/// Argument reduction and polynomials follow Cephes (S. L. Moshier, single-precision library); error bounds are stated per function,
/// in units in the last place against the function evaluated in double, and hold where multiply-add is fused.
/// </remarks>
public static class PackMath
{
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts; the first has few bits, so that n * high is exact even without a fused multiply-add.
    private const float LogTwoHigh = 0.693359375f;
    private const float LogTwoLow = -2.12194440e-4f;

    // exp(-104) is below half of the smallest subnormal and exp(89) above the largest float: beyond them nothing changes.
    private const float ExpLowest = -104f;
    private const float ExpHighest = 89f;

    private const float SmallestNormal = 1.17549435e-38f;
    private const float SquareRootOfTwo = 1.41421356f;

    // Below this bound tanh is a polynomial: 1 - 2/(exp(2x)+1) would cancel.
    private const float TanhPolynomialBound = 0.625f;

    /// <summary><c>e^x</c>, within 1 ulp; subnormal results are right, overflow gives infinity, underflow 0, NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Exp<P>(P x)
        where P : struct, IPack<P>
    {
        // Max and Min keep NaN in their second operand.
        var significand = Reduce(P.Min(P.Broadcast(ExpHighest), P.Max(P.Broadcast(ExpLowest), x)), out var n);

        // 2^n in two factors: n reaches -150 and 128, and a subnormal result is rounded once, by the last product.
        var half = P.Round(n * P.Broadcast(0.5f));
        return significand * P.PowerOfTwo(half) * P.PowerOfTwo(n - half);
    }

    /// <summary><c>e^x</c> for x of at most 0, with the same accuracy as <see cref="Exp"/> and a fifth less work; for x above 0 it is wrong from 44 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P ExpOfNonPositive<P>(P x)
        where P : struct, IPack<P>
    {
        var significand = Reduce(P.Max(P.Broadcast(ExpLowest), x), out var n);

        // n is in [-150, 0]: with 2^64 moved over, one factor is enough, and the last product rounds a subnormal result once.
        return significand * P.PowerOfTwo(n + P.Broadcast(64f)) * P.Broadcast(5.421010862427522e-20f);
    }

    /// <summary><c>e^x - 1</c> for x of at most 0, within 2 ulp also near 0; -1 far to the left, NaN stays NaN; for x above 0 it is wrong from 44 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P ExpMinusOneOfNonPositive<P>(P x)
        where P : struct, IPack<P>
    {
        // Below -30 the result is -1 in every digit.
        var rest = ReduceMinusOne(P.Max(P.Broadcast(-30f), x), out var n);
        var power = P.PowerOfTwo(n);
        return P.MultiplyAdd(power, rest, power - P.Broadcast(1f));
    }

    /// <summary><c>e^x = significand 2^n</c>, with the significand in [0.70, 1.42].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P Reduce<P>(P x, out P n)
        where P : struct, IPack<P> => ReduceMinusOne(x, out n) + P.Broadcast(1f);

    /// <summary><c>e^x = (1 + rest) 2^n</c>, with all digits of a small rest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P ReduceMinusOne<P>(P x, out P n)
        where P : struct, IPack<P>
    {
        n = P.Round(x * P.Broadcast(Log2E));
        var high = P.MultiplyAdd(n, P.Broadcast(-LogTwoHigh), x);
        var low = n * P.Broadcast(-LogTwoLow);
        var r = high + low;

        var p = P.MultiplyAdd(P.Broadcast(1.9875691500e-4f), r, P.Broadcast(1.3981999507e-3f));
        p = P.MultiplyAdd(p, r, P.Broadcast(8.3334519073e-3f));
        p = P.MultiplyAdd(p, r, P.Broadcast(4.1665795894e-2f));
        p = P.MultiplyAdd(p, r, P.Broadcast(1.6666665459e-1f));
        p = P.MultiplyAdd(p, r, P.Broadcast(5.0000001201e-1f));

        // The high part is exact, so the low part joins the polynomial and only two roundings count.
        return P.MultiplyAdd(p, r * r, low) + high;
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
        result = P.Select(P.GreaterThan(P.Zero, x), P.Broadcast(float.NaN), result);
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

    /// <summary><c>tanh x</c>, within 2 ulp; odd bit for bit, -1 and 1 at the infinities, NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Tanh<P>(P x)
        where P : struct, IPack<P>
    {
        var magnitude = P.Abs(x);
        var one = P.Broadcast(1f);
        var e = ExpOfNonPositive(P.Broadcast(-2f) * magnitude);
        var large = one - ((e + e) / (e + one));

        var z = x * x;
        var p = P.MultiplyAdd(P.Broadcast(-5.70498872745e-3f), z, P.Broadcast(2.06390887954e-2f));
        p = P.MultiplyAdd(p, z, P.Broadcast(-5.37397155531e-2f));
        p = P.MultiplyAdd(p, z, P.Broadcast(1.33314422036e-1f));
        p = P.MultiplyAdd(p, z, P.Broadcast(-3.33332819422e-1f));
        var small = P.MultiplyAdd(p * z, magnitude, magnitude);

        return P.CopySign(P.Select(P.GreaterThan(P.Broadcast(TanhPolynomialBound), magnitude), small, large), x);
    }

    /// <summary><c>1 / (1 + e^-x)</c>, within 2 ulp on both sides, subnormal results included; 0 and 1 at the infinities, NaN stays NaN.</summary>
    /// <remarks>Evaluated as <c>1/(1+e)</c> or <c>e/(1+e)</c> with <c>e = exp(-|x|)</c>, so that nothing overflows and the left tail keeps its digits.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P Sigmoid<P>(P x)
        where P : struct, IPack<P>
    {
        var one = P.Broadcast(1f);
        var e = ExpOfNonPositive(-P.Abs(x));
        var sum = one + e;
        var quotient = P.Select(P.GreaterThan(x, P.Zero), one, e) / sum;

        // What the sum lost to rounding, times -quotient/sum; 1/sum as a line is good enough for a correction.
        var lost = e - (sum - one);
        return P.MultiplyAdd(quotient * lost, P.MultiplyAdd(e, P.Broadcast(0.5f), -one), quotient);
    }

    /// <summary><c>1 / sqrt(x)</c>: two correctly rounded operations, no estimate, so within 1.5 ulp; 0 gives infinity, negative values NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P ReciprocalSquareRoot<P>(P x)
        where P : struct, IPack<P> => P.Broadcast(1f) / P.SquareRoot(x);
}
