using System.Globalization;
using Evenkeel.Lab.Statistics;

namespace Evenkeel.Lab.Experiments;

/// <summary>Makes findings out of numbers.</summary>
internal static class Judge
{
    public static Finding AtMost(string name, double value, double bar, string source = "") => new(name, $"at most {Number(bar)}", Number(value), source, Decided(value, value <= bar));

    public static Finding AtLeast(string name, double value, double bar, string source = "") => new(name, $"at least {Number(bar)}", Number(value), source, Decided(value, value >= bar));

    /// <summary>Judged by the mean; the spread is shown beside it.</summary>
    public static Finding AtLeast(string name, Sample sample, double bar, string source = "") => new(name, $"at least {Number(bar)}", WithSpread(sample), source, Decided(sample.Mean, sample.Mean >= bar));

    /// <inheritdoc cref="AtLeast(string, Sample, double, string)"/>
    public static Finding AtMost(string name, Sample sample, double bar, string source = "") => new(name, $"at most {Number(bar)}", WithSpread(sample), source, Decided(sample.Mean, sample.Mean <= bar));

    /// <summary>Decided only where the mean is two standard errors away from the bar.</summary>
    public static Finding ClearlyAtLeast(string name, Sample sample, double bar, string source = "") => new(name, $"at least {Number(bar)}, by two standard errors", WithSpread(sample), source, sample.IsAtLeast(bar));

    /// <inheritdoc cref="ClearlyAtLeast"/>
    public static Finding ClearlyAtMost(string name, Sample sample, double bar, string source = "") =>
        new(name, $"at most {Number(bar)}, by two standard errors", WithSpread(sample), source, new Sample(sample.Count, -sample.Mean, sample.Deviation).IsAtLeast(-bar));

    /// <summary>How many times more steps one network needs than another; a network that never gets there leaves a bound.</summary>
    /// <param name="name">What is asked for.</param>
    /// <param name="slow">Steps of the one that the claim says is slower; null for never.</param>
    /// <param name="fast">Steps of the other one; null for never.</param>
    /// <param name="limit">Steps of a run.</param>
    /// <param name="bar">The least ratio.</param>
    /// <param name="source">What the source says.</param>
    public static Finding Ratio(string name, double? slow, double? fast, int limit, double bar, string source = "")
    {
        var text = FormattableString.Invariant($"{Steps(slow)} and {Steps(fast)}");
        if (slow is null && fast is null) return new(name, $"at least {Number(bar)} times", $"{text}: neither gets there", source, null);
        var ratio = (slow ?? limit) / (fast ?? limit);
        bool? holds = slow is null ? (ratio >= bar ? true : null) : fast is null ? false : ratio >= bar;
        return new(name, $"at least {Number(bar)} times", $"{text}, {(slow is null ? "more than " : fast is null ? "less than " : "")}{Number(ratio)} times", source, holds);
    }

    /// <summary>A number of steps.</summary>
    public static string Steps(double? steps) => steps is { } value ? value.ToString("N0", CultureInfo.InvariantCulture) : "never";

    /// <summary>The mean with two standard errors; the mean alone where there is one number, or one that is not finite.</summary>
    public static string WithSpread(Sample sample) => sample.Count < 2 || !double.IsFinite(sample.Mean) ? Number(sample.Mean) : $"{Number(sample.Mean)} ± {Number(2 * sample.Error)}";

    /// <param name="name">What is asked for.</param>
    /// <param name="value">What was seen.</param>
    /// <param name="expected">The closed form.</param>
    /// <param name="share">How far the value may be from it, as a share of it.</param>
    /// <param name="source">What the source says.</param>
    public static Finding Near(string name, double value, double expected, double share, string source = "") =>
        new(name, string.Create(CultureInfo.InvariantCulture, $"{Number(expected)} within {100 * share:0.######}%"), Number(value), source, Decided(value, Math.Abs(value - expected) <= share * Math.Abs(expected)));

    /// <summary>Four significant digits in the invariant culture, powers of ten as in 1e-6; a hyphen for what does not exist.</summary>
    public static string Number(double value) => double.IsFinite(value) ? value.ToString("G4", CultureInfo.InvariantCulture).Replace("E+", "e", StringComparison.Ordinal).Replace("E-0", "e-", StringComparison.Ordinal).Replace("E-", "e-", StringComparison.Ordinal).Replace("e0", "e", StringComparison.Ordinal) : double.IsNaN(value) ? "-" : "not finite";

    private static bool? Decided(double value, bool holds) => double.IsNaN(value) ? null : holds;
}
