using System.Globalization;

namespace Evenkeel.Lab.Experiments;

/// <summary>Makes findings out of numbers.</summary>
internal static class Judge
{
    public static Finding AtMost(string name, double value, double bar, string source = "") => new(name, $"at most {Number(bar)}", Number(value), source, Decided(value, value <= bar));

    public static Finding AtLeast(string name, double value, double bar, string source = "") => new(name, $"at least {Number(bar)}", Number(value), source, Decided(value, value >= bar));

    /// <param name="name">What is asked for.</param>
    /// <param name="value">What was seen.</param>
    /// <param name="expected">The closed form.</param>
    /// <param name="share">How far the value may be from it, as a share of it.</param>
    /// <param name="source">What the source says.</param>
    public static Finding Near(string name, double value, double expected, double share, string source = "") =>
        new(name, string.Create(CultureInfo.InvariantCulture, $"{Number(expected)} within {100 * share:0.######}%"), Number(value), source, Decided(value, Math.Abs(value - expected) <= share * Math.Abs(expected)));

    /// <summary>Four significant digits in the invariant culture; a hyphen for what does not exist.</summary>
    public static string Number(double value) => double.IsFinite(value) ? value.ToString("G4", CultureInfo.InvariantCulture) : double.IsNaN(value) ? "-" : "not finite";

    private static bool? Decided(double value, bool holds) => double.IsNaN(value) ? null : holds;
}
