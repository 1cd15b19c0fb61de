namespace Evenkeel.Reports.Charts;

/// <summary>Sets several charts in rows under one title.</summary>
internal sealed class ChartGridRenderer
{
    private const double Pad = 10;
    private const int Gutter = 16;

    private readonly ChartGrid grid;
    private readonly LegendLayout legend;
    private readonly LineChartRenderer[] panels;
    private readonly double titleHeight;
    private readonly int columns;
    private readonly int panelWidth;

    public ChartGridRenderer(ChartGrid grid)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grid.Columns, 1);
        this.grid = grid;
        columns = Math.Max(1, Math.Min(grid.Columns, grid.Charts.Count));
        panelWidth = (grid.Width - Gutter * (columns - 1)) / columns;
        titleHeight = grid.Title.Length > 0 ? 28 : 4;
        legend = new LegendLayout(grid.SharedLegend && grid.Charts.Count > 0 ? LineChartRenderer.Entries(grid.Charts[0]) : [], grid.Width - 2 * Pad);
        var shared = grid.SharedY ? Range() : null;
        panels = [.. grid.Charts.Select(chart => new LineChartRenderer(
            chart with { Width = panelWidth, Height = grid.PanelHeight, Legend = chart.Legend && !grid.SharedLegend }, "ek-panel-title", shared))];
        var rows = (panels.Length + columns - 1) / columns;
        Height = titleHeight + legend.Height + rows * grid.PanelHeight + Math.Max(0, rows - 1) * Gutter + 6;
    }

    public double Height { get; }

    public void Draw(SvgWriter svg)
    {
        if (grid.Title.Length > 0) svg.Content("text", TextWidth.Cut(grid.Title, 15, grid.Width - 2 * Pad), "class", "ek-title", "x", SvgWriter.Number(Pad), "y", "20");
        legend.Draw(svg, Pad, titleHeight + 2);
        for (var i = 0; i < panels.Length; i++)
        {
            var x = i % columns * (panelWidth + Gutter);
            var y = titleHeight + legend.Height + 6 + i / columns * (grid.PanelHeight + Gutter);
            svg.Begin("g", "transform", $"translate({SvgWriter.Number(x)} {SvgWriter.Number(y)})");
            panels[i].Draw(svg);
            svg.End();
        }
    }

    private (double Low, double High)? Range()
    {
        var logarithmic = grid.Charts.Any(chart => chart.Y.Scale == AxisScale.Logarithmic);
        var values = grid.Charts.SelectMany(LineChartRenderer.YValues).Where(v => Scale.IsShown(v, logarithmic)).ToArray();
        return values.Length == 0 ? null : (values.Min(), values.Max());
    }
}
