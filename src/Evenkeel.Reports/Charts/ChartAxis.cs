namespace Evenkeel.Reports.Charts;

/// <summary>How an axis maps values to places.</summary>
public enum AxisScale
{
    /// <summary>Equal differences have equal lengths.</summary>
    Linear,

    /// <summary>Equal ratios have equal lengths; values of zero and below are gaps.</summary>
    Logarithmic,
}

/// <summary>How an axis writes its numbers.</summary>
public enum NumberStyle
{
    /// <summary>Plain numbers, with k, M and G from ten thousand on.</summary>
    Plain,

    /// <summary>Fractions as percent: 0.975 is 97.5%.</summary>
    Percent,
}

/// <summary>An axis: what it measures, how it maps and how it writes.</summary>
/// <param name="Label">What it measures.</param>
/// <param name="Unit">The unit, put in brackets behind the label; empty for none.</param>
public sealed record ChartAxis(string Label, string Unit = "")
{
    /// <summary>How values map to places. Default linear.</summary>
    public AxisScale Scale { get; init; }

    /// <summary>How numbers are written. Default plain.</summary>
    public NumberStyle Numbers { get; init; }

    /// <summary>The lower end; taken from the data if null. What lies below is cut off.</summary>
    public double? Minimum { get; init; }

    /// <summary>The upper end; taken from the data if null. What lies above is cut off.</summary>
    public double? Maximum { get; init; }

    /// <summary>Names of the places 0, 1, 2, ..., which stand below a horizontal axis of choices in place of numbers. Default none.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Label and unit.</summary>
    internal string Caption => Unit.Length == 0 ? Label : $"{Label} ({Unit})";
}
