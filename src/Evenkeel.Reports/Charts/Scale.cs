namespace Evenkeel.Reports.Charts;

/// <summary>An axis laid out: its range, its ticks and their labels, and the map from values to 0..1.</summary>
internal sealed class Scale
{
    private readonly bool logarithmic;
    private readonly double low;
    private readonly double high;

    private Scale(ChartAxis axis, double minimum, double maximum, double[] ticks)
    {
        logarithmic = axis.Scale == AxisScale.Logarithmic;
        (Minimum, Maximum) = (minimum, maximum);
        (low, high) = logarithmic ? (Math.Log10(minimum), Math.Log10(maximum)) : (minimum, maximum);
        Ticks = [.. ticks.Where(t => t >= minimum && t <= maximum)];
        Labels = axis.Choices.Count > 0 ? [.. axis.Choices] : logarithmic ? TickLabels.FormatLogarithmic(Ticks, axis.Numbers) : TickLabels.Format(Ticks, axis.Numbers);
    }

    public double Minimum { get; }

    public double Maximum { get; }

    public double[] Ticks { get; }

    public string[] Labels { get; }

    /// <summary>Lays out an axis for values.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="values">All values that it must show; gaps are passed over.</param>
    /// <param name="target">About how many ticks there is room for.</param>
    /// <param name="cover">Whether the range grows to whole ticks (vertical axes), or ends with the data (horizontal ones).</param>
    public static Scale Fit(ChartAxis axis, IEnumerable<double> values, int target, bool cover)
    {
        const double Margin = 0.5;
        if (axis.Choices.Count > 0) return new Scale(axis, -Margin, axis.Choices.Count - Margin, [.. Enumerable.Range(0, axis.Choices.Count).Select(static place => (double)place)]);
        var log = axis.Scale == AxisScale.Logarithmic;
        var (minimum, maximum) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (!IsShown(value, log)) continue;
            minimum = Math.Min(minimum, value);
            maximum = Math.Max(maximum, value);
        }

        if (minimum > maximum) (minimum, maximum) = log ? (1, 10) : (0, 1);

        // A horizontal axis of steps that begins at 1 begins at 0: the first tick then has a place.
        if (!log && !cover && minimum > 0 && minimum < 0.05 * maximum) minimum = 0;
        minimum = axis.Minimum ?? minimum;
        maximum = axis.Maximum ?? maximum;
        if (maximum < minimum) (minimum, maximum) = axis.Minimum is null ? (maximum, maximum) : (minimum, minimum);
        if (log && minimum <= 0) minimum = maximum > 0 ? maximum / 1000 : 1;
        if (log && maximum < minimum) maximum = minimum;

        // A range without width, or one that drowns in rounding, has no round numbers inside: it grows until it has.
        cover |= AxisTicks.IsFlat(minimum, maximum);
        var ticks = log ? AxisTicks.Logarithmic(minimum, maximum, target) : cover ? AxisTicks.Covering(minimum, maximum, target) : AxisTicks.Within(minimum, maximum, target);
        if (cover)
        {
            minimum = axis.Minimum is { } fixedLow && fixedLow < ticks[^1] && IsShown(fixedLow, log) ? fixedLow : ticks[0];
            maximum = axis.Maximum is { } fixedHigh && fixedHigh > minimum ? fixedHigh : ticks[^1];
        }

        return new Scale(axis, minimum, maximum, ticks);
    }

    /// <summary>Whether a value has a place on an axis.</summary>
    public static bool IsShown(double value, bool logarithmic) => Math.Abs(value) <= AxisTicks.Largest && (!logarithmic || value > 0);

    /// <summary>0 at the lower end, 1 at the upper end; NaN for gaps. Far outside it is held, so that coordinates stay small.</summary>
    public double Map(double value)
    {
        if (!IsShown(value, logarithmic)) return double.NaN;
        var place = ((logarithmic ? Math.Log10(value) : value) - low) / (high - low);
        return Math.Clamp(place, -10, 11);
    }
}
