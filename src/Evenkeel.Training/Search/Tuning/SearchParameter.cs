using System.Collections.Immutable;
using System.Globalization;

namespace Evenkeel.Training.Search.Tuning;

/// <summary>One setting that a search varies: a number between two bounds, or one of several choices.</summary>
/// <remarks>Samplers see every parameter as a coordinate u in [0, 1]; a value is a number, for choices their index. Immutable and compared by value.</remarks>
public sealed record SearchParameter
{
    // A trial gets the number that its journal shows.
    private const string Digits = "G6";

    private SearchParameter(string name) => Name = name;

    /// <summary>The setting's name.</summary>
    public string Name { get; }

    /// <summary>The lowest number.</summary>
    public double From { get; private init; }

    /// <summary>The highest number.</summary>
    public double To { get; private init; }

    /// <summary>Whether equal ratios count alike, as for learning rates.</summary>
    public bool IsLogarithmic { get; private init; }

    /// <summary>Whether only whole numbers are tried.</summary>
    public bool IsInteger { get; private init; }

    /// <summary>What to choose from; empty for numbers.</summary>
    public ImmutableArray<string> Choices { get; private init; } = [];

    /// <summary>Whether it is a choice and no number.</summary>
    public bool IsChoice => !Choices.IsEmpty;

    /// <summary>How many values there are; null for real numbers.</summary>
    public double? Count => IsChoice ? Choices.Length : IsInteger ? To - From + 1 : null;

    /// <summary>A number between two bounds.</summary>
    /// <param name="name">The setting's name.</param>
    /// <param name="from">The lowest number.</param>
    /// <param name="to">The highest number, above the lowest.</param>
    /// <param name="logarithmic">Whether equal ratios count alike; then both bounds are above 0.</param>
    /// <param name="integer">Whether only whole numbers are tried; then both bounds are whole.</param>
    /// <exception cref="TrainingException">EK0460: bounds that cannot be.</exception>
    public static SearchParameter Number(string name, double from, double to, bool logarithmic = false, bool integer = false)
    {
        if (!double.IsFinite(from) || !double.IsFinite(to) || from >= to) throw TuneErrors.BadSpace(name, TrainingErrors.Invariant($"from {from} to {to} is no range"));
        if (logarithmic && from <= 0) throw TuneErrors.BadSpace(name, TrainingErrors.Invariant($"a logarithmic range begins above 0, but got {from}"));
        if (integer && (from != Math.Floor(from) || to != Math.Floor(to))) throw TuneErrors.BadSpace(name, TrainingErrors.Invariant($"from {from} to {to} are not whole numbers"));
        return new SearchParameter(name) { From = from, To = to, IsLogarithmic = logarithmic, IsInteger = integer };
    }

    /// <summary>One of several choices.</summary>
    /// <param name="name">The setting's name.</param>
    /// <param name="choices">At least two, each once.</param>
    /// <exception cref="TrainingException">EK0460: fewer than two, or one twice.</exception>
    public static SearchParameter Choice(string name, params IReadOnlyList<string> choices)
    {
        if (choices.Count < 2 || choices.Distinct(StringComparer.Ordinal).Count() < choices.Count) throw TuneErrors.BadSpace(name, $"[{string.Join(", ", choices)}] are not two or more different choices");
        return new SearchParameter(name) { Choices = [.. choices] };
    }

    /// <summary>The value at a coordinate; every value of a whole number or choice has an equal share of [0, 1], on the parameter's scale.</summary>
    /// <param name="unit">0 to 1.</param>
    public double FromUnit(double unit)
    {
        unit = Math.Clamp(unit, 0, 1);
        if (IsChoice) return Math.Min(Choices.Length - 1, Math.Floor(unit * Choices.Length));
        var (low, high) = Bounds();
        var value = low + (unit * (high - low));
        if (IsLogarithmic) value = Math.Exp(value);
        value = IsInteger ? Math.Round(value) : double.Parse(value.ToString(Digits, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return Math.Clamp(value, From, To);
    }

    /// <summary>The coordinate of a value; the middle of its share for whole numbers and choices.</summary>
    /// <param name="value">A number, or the index of a choice.</param>
    public double ToUnit(double value)
    {
        if (IsChoice) return (value + 0.5) / Choices.Length;
        var (low, high) = Bounds();
        return Math.Clamp(((IsLogarithmic ? Math.Log(value) : value) - low) / (high - low), 0, 1);
    }

    /// <summary>The value as text: the choice, or the number with a point for the decimals.</summary>
    /// <param name="value">A number, or the index of a choice.</param>
    public string Format(double value) => IsChoice ? Choices[(int)value] : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Equal name, bounds, scale and choices.</summary>
    /// <param name="other">The other parameter.</param>
    public bool Equals(SearchParameter? other) =>
        other is not null && Name == other.Name && From == other.From && To == other.To && IsLogarithmic == other.IsLogarithmic && IsInteger == other.IsInteger && Choices.SequenceEqual(other.Choices);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, From, To, Choices.Length);

    /// <summary>Whether a stored value is one of the parameter's.</summary>
    internal bool Holds(double value) => IsChoice ? value >= 0 && value < Choices.Length && value == Math.Floor(value) : value >= From && value <= To;

    // Half a step on both sides gives the outermost whole numbers the share of the others.
    private (double Low, double High) Bounds()
    {
        var (low, high) = IsInteger ? (From - 0.5, To + 0.5) : (From, To);
        return IsLogarithmic ? (Math.Log(low), Math.Log(high)) : (low, high);
    }
}
