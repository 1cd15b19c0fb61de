namespace Evenkeel.Reports.Charts;

/// <summary>How a line is drawn.</summary>
public enum LineStyle
{
    /// <summary>Unbroken: what we measured.</summary>
    Solid,

    /// <summary>Dashed: what a paper says.</summary>
    Dashed,

    /// <summary>Dotted: a further comparison.</summary>
    Dotted,
}

/// <summary>How heavy a line is.</summary>
public enum LineWeight
{
    /// <summary>The usual line.</summary>
    Normal,

    /// <summary>Thin and pale: raw values behind a smoothed line.</summary>
    Faint,
}

/// <summary>Something that is drawn between the axes. NaN, infinities and, on logarithmic axes, values of zero and below are gaps.</summary>
/// <param name="Name">The name in the legend; empty for none.</param>
public abstract record ChartSeries(string Name)
{
    /// <summary>The place in the palette of eight; the place in the list if null. Two series of one colour belong together.</summary>
    public int? Color { get; init; }
}

/// <summary>A line through points.</summary>
/// <param name="Name">The name in the legend; empty for none.</param>
/// <param name="X">The horizontal values, in rising order.</param>
/// <param name="Y">The vertical values, as many.</param>
public sealed record LineSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y) : ChartSeries(Name)
{
    /// <summary>Solid, dashed or dotted. Default solid.</summary>
    public LineStyle Style { get; init; }

    /// <summary>Normal or faint. Default normal.</summary>
    public LineWeight Weight { get; init; }

    /// <summary>Whether each point gets a marker. Default false.</summary>
    public bool Markers { get; init; }
}

/// <summary>A band between two lines, with or without a line in the middle: percentiles, or a mean and its spread.</summary>
/// <param name="Name">The name in the legend; empty for none.</param>
/// <param name="X">The horizontal values, in rising order.</param>
/// <param name="Low">The lower edge, as many.</param>
/// <param name="High">The upper edge, as many.</param>
public sealed record BandSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Low, IReadOnlyList<double> High) : ChartSeries(Name)
{
    /// <summary>The line in the middle, as many; none if null.</summary>
    public IReadOnlyList<double>? Middle { get; init; }

    /// <summary>How edges and middle are drawn. Default solid.</summary>
    public LineStyle Style { get; init; }

    /// <summary>Whether the band is filled; edges alone otherwise. Default true.</summary>
    public bool Filled { get; init; } = true;
}

/// <summary>Single points.</summary>
/// <param name="Name">The name in the legend; empty for none.</param>
/// <param name="X">The horizontal values.</param>
/// <param name="Y">The vertical values, as many.</param>
public sealed record MarkerSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y) : ChartSeries(Name);

/// <summary>A straight line across the whole chart at one value: a bar to reach, or a moment.</summary>
/// <param name="Name">The name in the legend; empty for none.</param>
/// <param name="Value">Where it stands.</param>
public sealed record RuleSeries(string Name, double Value) : ChartSeries(Name)
{
    /// <summary>Whether it stands at a value of the horizontal axis. Default false: it lies at a value of the vertical axis.</summary>
    public bool Vertical { get; init; }

    /// <summary>Solid, dashed or dotted. Default dotted.</summary>
    public LineStyle Style { get; init; } = LineStyle.Dotted;
}
