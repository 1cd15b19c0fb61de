using System.Globalization;
using System.Text;

namespace Evenkeel.Reports.Charts;

/// <summary>Writes the numbers of an axis with one suffix and as few decimals as tell them apart.</summary>
internal static class TickLabels
{
    private const int MostDecimals = 9;
    private const double SuffixFrom = 10_000;
    private const double ScientificFrom = 1e15;
    private const double ScientificBelow = 1e-4;
    private const double PowersBelow = 1e-3;
    private const double PowersAbove = 1e6;

    public static string[] Format(IReadOnlyList<double> ticks, NumberStyle style)
    {
        if (style == NumberStyle.Percent) return Decimals(ticks.Select(v => v * 100), "%");
        var largest = ticks.Max(Math.Abs);
        if (largest == 0) return Decimals(ticks, "");
        if (largest >= ScientificFrom || largest < ScientificBelow) return [.. ticks.Select(Scientific)];
        var (divisor, suffix) = largest >= 1e12 ? (1e12, "T") : largest >= 1e9 ? (1e9, "G") : largest >= 1e6 ? (1e6, "M") : largest >= SuffixFrom ? (1e3, "k") : (1, "");
        return Decimals(ticks.Select(v => v / divisor), suffix);
    }

    /// <summary>The numbers of a logarithmic axis, each for itself: 0.01, 1, 100, 10k; as powers of ten, all of them, if one would be long.</summary>
    public static string[] FormatLogarithmic(IReadOnlyList<double> ticks, NumberStyle style)
    {
        var powers = style == NumberStyle.Plain && ticks.Any(v => v < PowersBelow || v > PowersAbove);
        return [.. ticks.Select(v => powers ? Scientific(v) : Value(v, style, 6))];
    }

    /// <summary>One number for itself, to so many significant digits.</summary>
    public static string Value(double value, NumberStyle style, int digits = 3)
    {
        if (!double.IsFinite(value)) return double.IsNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞";
        if (style == NumberStyle.Percent) return Significant(value * 100, digits + 1) + "%";
        var size = Math.Abs(value);
        if (size == 0) return "0";
        if (size < ScientificBelow || size >= ScientificFrom) return Scientific(value);
        var (divisor, suffix) = size >= 1e12 ? (1e12, "T") : size >= 1e9 ? (1e9, "G") : size >= 1e6 ? (1e6, "M") : size >= SuffixFrom ? (1e3, "k") : (1, "");
        return Significant(value / divisor, digits) + suffix;
    }

    private static string Significant(double value, int digits)
    {
        var whole = value == 0 ? 1 : Math.Max(1, (int)Math.Floor(Math.Log10(Math.Abs(value))) + 1);
        var below = value == 0 || Math.Abs(value) >= 1 ? 0 : -(int)Math.Floor(Math.Log10(Math.Abs(value))) - 1;
        var decimals = Math.Clamp(digits - whole + (Math.Abs(value) < 1 ? 1 + below : 0), 0, MostDecimals);
        return Minus(Math.Round(value, decimals).ToString("0.#########", CultureInfo.InvariantCulture));
    }

    private static string Scientific(double value)
    {
        if (value == 0) return "0";
        var text = value.ToString("0.##e0", CultureInfo.InvariantCulture);
        var split = text.IndexOf('e');
        var mantissa = text[..split];
        var power = new StringBuilder("10");
        foreach (var c in text.AsSpan(split + 1)) power.Append(c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']);
        return mantissa == "1" ? power.ToString() : Minus($"{mantissa}·{power}");
    }

    private static string[] Decimals(IEnumerable<double> values, string suffix)
    {
        var scaled = values.ToArray();
        var decimals = 0;
        while (decimals < MostDecimals && scaled.Any(v => Math.Abs(v - Math.Round(v, decimals)) > 1e-9 * Math.Max(1e-6, Math.Abs(v)))) decimals++;
        var format = decimals == 0 ? "0" : "0." + new string('0', decimals);
        return Array.ConvertAll(scaled, v => v == 0 && suffix.Length > 0 && suffix != "%" ? "0" : Minus(v.ToString(format, CultureInfo.InvariantCulture)) + suffix);
    }

    /// <summary>The hyphen becomes a minus sign, which is as wide as a digit.</summary>
    private static string Minus(string text) => text.Replace('-', '−');
}
