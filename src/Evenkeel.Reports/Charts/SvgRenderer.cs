namespace Evenkeel.Reports.Charts;

/// <summary>Draws figures as SVG text: deterministic, invariant, readable on light and dark, with title and description for screen readers.</summary>
public static class SvgRenderer
{
    /// <summary>Draws a figure.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="standalone">Whether the text is a file of its own and carries the style sheet; false inside a page, which carries <see cref="ChartStyle.Css"/> once.</param>
    /// <returns>An <c>svg</c> element; the same text for the same figure, whatever the culture.</returns>
    /// <exception cref="ArgumentException">The lists of a series differ in length.</exception>
    public static string Render(Figure figure, bool standalone = true)
    {
        ArgumentNullException.ThrowIfNull(figure);
        var svg = new SvgWriter();
        switch (figure)
        {
            case Chart chart:
                Frame(svg, figure, chart.Height, standalone, LineChartRenderer.Describe(chart));
                new LineChartRenderer(chart, "ek-title").Draw(svg);
                break;
            case BarChart bars:
                var renderer = new BarChartRenderer(bars);
                Frame(svg, figure, renderer.Height, standalone, BarChartRenderer.Describe(bars));
                renderer.Draw(svg);
                break;
            case HeatMap map:
                Frame(svg, figure, map.Height, standalone, HeatMapRenderer.Describe(map));
                new HeatMapRenderer(map).Draw(svg);
                break;
            case ChartGrid grid:
                var panels = new ChartGridRenderer(grid);
                Frame(svg, figure, panels.Height, standalone, string.Join(" ", grid.Charts.Select(c => $"{c.Title}: {LineChartRenderer.Describe(c)}")));
                panels.Draw(svg);
                break;
            default:
                throw new ArgumentException($"A figure of the type {figure.GetType().Name} is not known.", nameof(figure));
        }

        svg.End();
        return svg.ToString();
    }

    private static void Frame(SvgWriter svg, Figure figure, double height, bool standalone, string description)
    {
        var (w, h) = (SvgWriter.Number(figure.Width), SvgWriter.Number(height));
        if (standalone) svg.Begin("svg", "xmlns", "http://www.w3.org/2000/svg", "class", "ek-chart", "role", "img", "viewBox", $"0 0 {w} {h}", "width", w, "height", h);
        else svg.Begin("svg", "class", "ek-chart", "role", "img", "viewBox", $"0 0 {w} {h}");
        svg.Content("title", figure.Title);
        svg.Content("desc", figure.Description.Length > 0 ? figure.Description : description);
        if (!standalone) return;
        svg.Style(ChartStyle.Css);
        svg.Element("rect", "width", w, "height", h, "style", "fill:var(--ek-paper)");
    }
}
