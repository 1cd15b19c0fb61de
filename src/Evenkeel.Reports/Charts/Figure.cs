namespace Evenkeel.Reports.Charts;

/// <summary>A drawing with a title; charts, bar charts and grids of charts are figures.</summary>
/// <param name="Title">Drawn above the figure and read out by screen readers.</param>
public abstract record Figure(string Title)
{
    /// <summary>What the figure shows, for those who cannot see it; derived from title and series if empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>The width in user units (pixels at natural size). Default 720.</summary>
    public int Width { get; init; } = 720;
}

/// <summary>Lines, bands and markers over two axes.</summary>
/// <param name="Title">Drawn above the chart.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Series">What is drawn, back to front.</param>
public sealed record Chart(string Title, ChartAxis X, ChartAxis Y, IReadOnlyList<ChartSeries> Series) : Figure(Title)
{
    /// <summary>The height in user units. Default 380.</summary>
    public int Height { get; init; } = 380;

    /// <summary>Whether the legend is drawn; a single series that is named in the title needs none. Default true.</summary>
    public bool Legend { get; init; } = true;
}

/// <summary>Horizontal bars: a row per category, a bar per series in it; long names have room.</summary>
/// <param name="Title">Drawn above the chart.</param>
/// <param name="Value">The axis of the values; it begins at zero unless it is logarithmic or has a minimum of its own.</param>
/// <param name="Categories">The names of the rows, top to bottom.</param>
/// <param name="Series">The values; each has as many as there are categories, NaN for none.</param>
public sealed record BarChart(string Title, ChartAxis Value, IReadOnlyList<string> Categories, IReadOnlyList<BarSeries> Series) : Figure(Title)
{
    /// <summary>A value that all bars are compared with, drawn as a dashed line: a bar to reach, or one for "as fast as the other".</summary>
    public double? Reference { get; init; }

    /// <summary>What the reference line means.</summary>
    public string ReferenceLabel { get; init; } = "";
}

/// <summary>The bars of one series.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Values">A value per category, NaN for none.</param>
public sealed record BarSeries(string Name, IReadOnlyList<double> Values)
{
    /// <summary>The place in the palette; the place in the list if null.</summary>
    public int? Color { get; init; }
}

/// <summary>A value over a plane, as shades with contour lines: a cut through a loss surface, or results over two settings.</summary>
/// <param name="Title">Drawn above the map.</param>
/// <param name="X">The horizontal axis, linear.</param>
/// <param name="Y">The vertical axis, linear.</param>
/// <param name="Value">What the shades mean; may be logarithmic. Minimum and maximum bound the shades, for maps that are compared.</param>
/// <param name="Xs">The horizontal coordinates, at least two, evenly spaced and rising.</param>
/// <param name="Ys">The vertical coordinates, at least two, evenly spaced and rising.</param>
/// <param name="Values">A row per vertical coordinate, a number per horizontal one; what is not finite is left blank.</param>
public sealed record HeatMap(string Title, ChartAxis X, ChartAxis Y, ChartAxis Value, IReadOnlyList<double> Xs, IReadOnlyList<double> Ys, IReadOnlyList<IReadOnlyList<double>> Values) : Figure(Title)
{
    /// <summary>The height in user units. Default 480.</summary>
    public int Height { get; init; } = 480;

    /// <summary>Whether lines of equal value are drawn, at the marks of the scale of shades. Default yes.</summary>
    public bool Contours { get; init; } = true;
}

/// <summary>Small multiples: several charts in one figure, under one title.</summary>
/// <param name="Title">Drawn above the grid.</param>
/// <param name="Charts">The charts, row by row; their own widths and heights are replaced by the grid's.</param>
public sealed record ChartGrid(string Title, IReadOnlyList<Chart> Charts) : Figure(Title)
{
    /// <summary>The number of columns. Default 2.</summary>
    public int Columns { get; init; } = 2;

    /// <summary>The height of each chart in user units. Default 270.</summary>
    public int PanelHeight { get; init; } = 270;

    /// <summary>Whether one legend, that of the first chart, stands above all of them instead of one in each. Default false.</summary>
    public bool SharedLegend { get; init; }

    /// <summary>Whether all charts get the same vertical range, so that they can be compared. Default false.</summary>
    public bool SharedY { get; init; }
}
