using System.Globalization;

namespace Evenkeel.Reports.Charts;

/// <summary>Chooses round numbers for an axis: steps of 1, 2 or 5 times a power of ten.</summary>
public static class AxisTicks
{
    /// <summary>Beyond this magnitude values count as gaps, so that no difference or ratio overflows.</summary>
    internal const double Largest = 1e300;

    // Below this share of their magnitude, differences drown in rounding; the range is widened to it.
    private const double FinestShare = 1e-9;

    // A step may be this much finer than asked for; else 2.1 would become 5 and half the axis stay empty.
    private const double StepTolerance = 0.7;

    /// <summary>Ticks that cover a range: the first is at most the minimum, the last at least the maximum.</summary>
    /// <param name="minimum">The lower end; finite.</param>
    /// <param name="maximum">The upper end; finite, not below the minimum.</param>
    /// <param name="target">About how many steps are wanted; from 1.</param>
    /// <returns>At least two ticks, in rising order.</returns>
    public static double[] Covering(double minimum, double maximum, int target) => Multiples(minimum, maximum, target, covering: true);

    /// <summary>Ticks that lie within a range, ends included; the ends if there is none.</summary>
    /// <param name="minimum">The lower end; finite.</param>
    /// <param name="maximum">The upper end; finite, not below the minimum.</param>
    /// <param name="target">About how many steps are wanted; from 1.</param>
    public static double[] Within(double minimum, double maximum, int target)
    {
        var ticks = Multiples(minimum, maximum, target, covering: false);
        return ticks.Length > 0 ? ticks : [minimum, maximum];
    }

    /// <summary>Ticks of a logarithmic axis that cover a range: powers of ten, with 2 and 5 times them on short ranges.</summary>
    /// <param name="minimum">The lower end; finite and positive.</param>
    /// <param name="maximum">The upper end; finite, not below the minimum.</param>
    /// <param name="target">About how many steps are wanted; from 1.</param>
    /// <returns>At least two ticks, in rising order.</returns>
    public static double[] Logarithmic(double minimum, double maximum, int target)
    {
        Check(minimum, maximum, target);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(minimum);
        var low = FloorExponent(minimum);
        var high = FloorExponent(maximum);
        if (Power(1, high) < maximum) high++;
        if (high == low) high++;
        if (high - low <= 2) return ShortLogarithmic(minimum, maximum, low, high);

        var stride = Math.Max(1, (int)Math.Ceiling((high - low) / (double)target));
        low = (int)Math.Floor(low / (double)stride) * stride;
        var ticks = new List<double>();
        for (var exponent = low; ticks.Count < 2 || ticks[^1] < maximum; exponent += stride) ticks.Add(Power(1, exponent));
        return [.. ticks];
    }

    /// <summary>Whether a range has no width, or one that drowns in the rounding of its ends.</summary>
    internal static bool IsFlat(double minimum, double maximum) => maximum - minimum <= Math.Max(Math.Abs(minimum), Math.Abs(maximum)) * FinestShare;

    private static double[] ShortLogarithmic(double minimum, double maximum, int low, int high)
    {
        var ticks = new List<double>();
        for (var exponent = low; exponent <= high; exponent++)
        {
            foreach (var mantissa in (ReadOnlySpan<int>)[1, 2, 5])
            {
                var value = Power(mantissa, exponent);
                if (value <= minimum) ticks.Clear();
                ticks.Add(value);
                if (value >= maximum && ticks.Count > 1) return [.. ticks];
            }
        }

        return [.. ticks];
    }

    private static double[] Multiples(double minimum, double maximum, int target, bool covering)
    {
        Check(minimum, maximum, target);
        var magnitude = Math.Max(Math.Abs(minimum), Math.Abs(maximum));
        if (IsFlat(minimum, maximum))
        {
            var half = magnitude == 0 ? 0.5 : magnitude * FinestShare;
            if (maximum == minimum && magnitude != 0) half = magnitude * 0.05;
            minimum -= half;
            maximum += half;
        }

        var (mantissa, exponent) = NiceStep((maximum - minimum) / target);
        var step = Power(mantissa, exponent);
        var first = covering ? Math.Floor(minimum / step) : Math.Ceiling(minimum / step);
        var last = covering ? Math.Ceiling(maximum / step) : Math.Floor(maximum / step);
        if (covering)
        {
            // A quotient may round to a whole number that lies just inside the range.
            if (Multiple(first, mantissa, exponent) > minimum) first--;
            if (Multiple(last, mantissa, exponent) < maximum) last++;
        }

        var ticks = new List<double>();
        for (var i = first; i <= last; i++) ticks.Add(Multiple(i, mantissa, exponent));
        return [.. ticks];
    }

    private static (int Mantissa, int Exponent) NiceStep(double raw)
    {
        var exponent = FloorExponent(raw);
        foreach (var mantissa in (ReadOnlySpan<int>)[1, 2, 5])
        {
            if (Power(mantissa, exponent) >= raw * StepTolerance) return (mantissa, exponent);
        }

        return (1, exponent + 1);
    }

    private static int FloorExponent(double value)
    {
        var exponent = (int)Math.Floor(Math.Log10(value));
        if (Power(1, exponent) > value) exponent--;
        else if (Power(1, exponent + 1) <= value) exponent++;
        return exponent;
    }

    /// <summary>The multiple as the nearest double to its decimal text: 3 times 0.1 is 0.3.</summary>
    private static double Multiple(double count, int mantissa, int exponent)
    {
        var value = double.Parse(string.Create(CultureInfo.InvariantCulture, $"{count * mantissa:F0}e{exponent}"), CultureInfo.InvariantCulture);
        return value == 0 ? 0 : value; // no negative zero
    }

    private static double Power(int mantissa, int exponent) =>
        double.Parse(string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{exponent}"), CultureInfo.InvariantCulture);

    private static void Check(double minimum, double maximum, int target)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(target, 1);
        if (!(Math.Abs(minimum) <= Largest) || !(Math.Abs(maximum) <= Largest) || minimum > maximum)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"An axis cannot reach from {minimum} to {maximum}; give finite ends in rising order."));
    }
}
