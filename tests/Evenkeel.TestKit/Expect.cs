using System.Globalization;
using System.Runtime.InteropServices;
using Xunit.Sdk;

namespace Evenkeel.TestKit;

/// <summary>Comparisons of arrays that say which value was wrong, by how much, and what was allowed.</summary>
/// <remarks>NaN equals NaN and an infinity its own sign, nothing else: a NaN never hides inside a tolerance.</remarks>
public static class Expect
{
    /// <summary>Every value close, on the scale of the largest expected magnitude.</summary>
    public static void Close(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, Tolerance tolerance, string what = "") =>
        Compare(expected, actual, tolerance, [LargestMagnitude(expected)], what);

    /// <inheritdoc cref="Close(ReadOnlySpan{double}, ReadOnlySpan{double}, Tolerance, string)"/>
    public static void Close(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, Tolerance tolerance, string what = "") =>
        Close(expected, Widen(actual), tolerance, what);

    /// <summary>Every value close, each on the scale of its own expected magnitude.</summary>
    public static void CloseEach(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, Tolerance tolerance, string what = "") =>
        Compare(expected, actual, tolerance, expected, what);

    /// <inheritdoc cref="CloseEach(ReadOnlySpan{double}, ReadOnlySpan{double}, Tolerance, string)"/>
    public static void CloseEach(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, Tolerance tolerance, string what = "") =>
        CloseEach(expected, Widen(actual), tolerance, what);

    /// <summary>Every value close, each on a given scale: one for all, or one per value.</summary>
    public static void CloseScaled(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, Tolerance tolerance, ReadOnlySpan<double> scale, string what = "") =>
        Compare(expected, actual, tolerance, scale, what);

    /// <inheritdoc cref="CloseScaled(ReadOnlySpan{double}, ReadOnlySpan{double}, Tolerance, ReadOnlySpan{double}, string)"/>
    public static void CloseScaled(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, Tolerance tolerance, ReadOnlySpan<double> scale, string what = "") =>
        Compare(expected, Widen(actual), tolerance, scale, what);

    /// <summary>One number close, on the scale of its own magnitude.</summary>
    public static void Close(double expected, double actual, Tolerance tolerance, string what = "") =>
        Compare([expected], [actual], tolerance, [expected], what);

    /// <summary>The same bits, signs of zero and NaN payloads included.</summary>
    public static void SameBits<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string what = "") where T : unmanaged
    {
        RequireLength(expected.Length, actual.Length, what);
        ReadOnlySpan<byte> e = MemoryMarshal.AsBytes(expected), a = MemoryMarshal.AsBytes(actual);
        int at = e.CommonPrefixLength(a);
        if (at == e.Length) return;
        int i = at * expected.Length / e.Length;
        throw new XunitException(Invariant($"{Label(what)}value {i} of {expected.Length} has other bits: expected {expected[i]}, got {actual[i]}."));
    }

    /// <summary>The values in double precision, without change.</summary>
    public static double[] Widen(ReadOnlySpan<float> values)
    {
        double[] wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = values[i];
        return wide;
    }

    /// <summary>The largest finite magnitude, 0 for none.</summary>
    public static double LargestMagnitude(ReadOnlySpan<double> values)
    {
        double largest = 0;
        foreach (double v in values)
            if (double.IsFinite(v)) largest = Math.Max(largest, Math.Abs(v));
        return largest;
    }

    private static void Compare(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, Tolerance tolerance, ReadOnlySpan<double> scale, string what)
    {
        RequireLength(expected.Length, actual.Length, what);
        if (scale.Length != 1) RequireLength(expected.Length, scale.Length, $"scale of {what}");
        int wrong = 0, worst = -1;
        double worstExcess = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double e = expected[i], a = actual[i];
            if (e.Equals(a)) continue;
            double allowed = tolerance.At(Math.Abs(scale[scale.Length == 1 ? 0 : i]));
            double off = Math.Abs(e - a);
            // Written so that a NaN anywhere is a failure.
            if (double.IsFinite(e) && off <= allowed) continue;
            wrong++;
            double excess = double.IsNaN(off) || double.IsInfinity(off) ? double.PositiveInfinity : off / Math.Max(allowed, double.Epsilon);
            if (worst < 0 || excess > worstExcess) (worst, worstExcess) = (i, excess);
        }
        if (wrong == 0) return;
        double s = Math.Abs(scale[scale.Length == 1 ? 0 : worst]);
        throw new XunitException(Invariant($"{Label(what)}{wrong} of {expected.Length} values are off. Worst at index {worst}: expected {expected[worst]:R}, got {actual[worst]:R}; off by {Math.Abs(expected[worst] - actual[worst]):G4}, allowed {tolerance.At(s):G4} = {tolerance.Absolute:G4} + {tolerance.Relative:G4} * scale {s:G4} ({tolerance.Reason})."));
    }

    private static void RequireLength(int expected, int actual, string what)
    {
        if (expected != actual) throw new XunitException(Invariant($"{Label(what)}expected {expected} values, got {actual}."));
    }

    private static string Label(string what) => what.Length == 0 ? "" : $"[{what}] ";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
