using System.Globalization;
using System.Text;

namespace Evenkeel.Reports.Charts;

/// <summary>Draws horizontal bars with their values at the ends.</summary>
internal sealed class BarChartRenderer
{
    private const double Pad = 10;
    private const double TextSize = 12;
    private const double Thickness = 16;
    private const double Gap = 14;

    private readonly BarChart chart;
    private readonly LegendLayout legend;
    private readonly Scale scale;
    private readonly double left;
    private readonly double top;
    private readonly double width;
    private readonly double plotHeight;
    private readonly double rowHeight;
    private readonly double titleHeight;

    public BarChartRenderer(BarChart chart)
    {
        foreach (var series in chart.Series)
        {
            if (series.Values.Count != chart.Categories.Count)
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Series '{series.Name}' has {series.Values.Count} values for {chart.Categories.Count} categories; give one per category, NaN for none."));
        }

        this.chart = chart;
        titleHeight = chart.Title.Length > 0 ? 26 : 4;
        legend = new LegendLayout(Entries(), chart.Width - 2 * Pad);
        top = titleHeight + legend.Height + 12;
        rowHeight = Thickness * Math.Max(1, chart.Series.Count) + Gap;
        plotHeight = rowHeight * Math.Max(1, chart.Categories.Count);
        Height = top + plotHeight + 46;

        var names = chart.Categories.Count == 0 ? 0 : chart.Categories.Max(name => TextWidth.Of(name, TextSize));
        left = Pad + Math.Min(names, chart.Width * 0.4) + 10;

        // The value behind the longest bar needs room too.
        var values = chart.Series.SelectMany(s => s.Values).Where(double.IsFinite).ToArray();
        var widest = values.Length == 0 ? 0 : values.Max(v => TextWidth.Of(TickLabels.Value(v, chart.Value.Numbers), TextSize));
        width = Math.Max(60, chart.Width - left - widest - 8 - Pad);
        var all = values.Concat(chart.Reference is { } reference ? [reference] : Array.Empty<double>());
        if (chart.Value.Scale == AxisScale.Linear) all = all.Append(0);
        scale = Scale.Fit(chart.Value, all, Math.Clamp((int)(width / 80), 2, 8), cover: true);
    }

    public double Height { get; }

    public static string Describe(BarChart chart)
    {
        var text = new StringBuilder($"{chart.Value.Caption}.");
        for (var i = 0; i < chart.Categories.Count; i++)
        {
            var parts = chart.Series.Select(s => $"{s.Name} {TickLabels.Value(s.Values[i], chart.Value.Numbers)}");
            text.Append(CultureInfo.InvariantCulture, $" {chart.Categories[i]}: {string.Join(", ", parts)}.");
        }

        return text.ToString();
    }

    public void Draw(SvgWriter svg)
    {
        if (chart.Title.Length > 0)
            svg.Content("text", TextWidth.Cut(chart.Title, 15, chart.Width - 2 * Pad), "class", "ek-title", "x", N(Pad), "y", "20");
        legend.Draw(svg, Pad, titleHeight + 2);
        for (var i = 0; i < scale.Ticks.Length; i++)
        {
            var at = left + width * scale.Map(scale.Ticks[i]);
            svg.Element("path", "class", "ek-grid", "d", $"M{N(at)} {N(top)}v{N(plotHeight)}");
            svg.Content("text", scale.Labels[i], "x", N(at), "y", N(top + plotHeight + 16), "text-anchor", "middle");
        }

        for (var row = 0; row < chart.Categories.Count; row++) DrawRow(svg, row);
        var zero = left + width * Origin();
        svg.Element("path", "class", "ek-axis", "d", $"M{N(zero)} {N(top)}v{N(plotHeight)}");
        if (chart.Reference is { } reference && !double.IsNaN(scale.Map(reference)))
            svg.Element("path", "class", "ek-rule ek-dashed ek-ink", "d", $"M{N(left + width * scale.Map(reference))} {N(top)}v{N(plotHeight)}");
        for (var row = 0; row < chart.Categories.Count; row++) DrawValues(svg, row);
        svg.Content("text", TextWidth.Cut(chart.Value.Caption, TextSize, width), "x", N(left + width / 2), "y", N(top + plotHeight + 36), "text-anchor", "middle");
    }

    private static string N(double value) => SvgWriter.Number(value);

    private IEnumerable<LegendEntry> Entries()
    {
        if (chart.Series.Count > 1)
        {
            for (var i = 0; i < chart.Series.Count; i++) yield return new(chart.Series[i].Name, chart.Series[i].Color ?? i, "", true, false);
        }

        if (chart.Reference is not null && chart.ReferenceLabel.Length > 0) yield return new(chart.ReferenceLabel, ChartStyle.Colors - 1, "ek-rule ek-dashed ek-ink", false, false);
    }

    private double Origin() => chart.Value.Scale == AxisScale.Linear ? Math.Clamp(scale.Map(0), 0, 1) : 0;

    private void DrawRow(SvgWriter svg, int row)
    {
        svg.Content("text", TextWidth.Cut(chart.Categories[row], TextSize, left - Pad - 10), "class", "ek-name", "x", N(left - 8), "y", N(top + (row + 0.5) * rowHeight + 4), "text-anchor", "end");
        for (var i = 0; i < chart.Series.Count; i++)
        {
            var (from, to) = Span(chart.Series[i].Values[row]);
            if (double.IsNaN(to)) continue;
            svg.Begin("g", "class", ChartStyle.ColorClass(chart.Series[i].Color ?? i));
            svg.Begin("rect", "class", "ek-bar", "x", N(from), "y", N(BarTop(row, i) + 1), "width", N(Math.Max(1, to - from)), "height", N(Thickness - 2), "rx", "2");
            svg.Content("title", $"{chart.Categories[row]}, {chart.Series[i].Name}: {TickLabels.Value(chart.Series[i].Values[row], chart.Value.Numbers)}");
            svg.End();
            svg.End();
        }
    }

    /// <summary>The values come last, with a rim of the paper's colour, so that no line crosses them.</summary>
    private void DrawValues(SvgWriter svg, int row)
    {
        for (var i = 0; i < chart.Series.Count; i++)
        {
            var value = chart.Series[i].Values[row];
            var (_, to) = Span(value);
            var missing = double.IsNaN(to);
            svg.Content(
                "text", missing ? "n/a" : TickLabels.Value(value, chart.Value.Numbers), "class", missing ? "ek-rim" : "ek-name ek-rim",
                "x", N((missing ? left + width * Origin() : to) + 6), "y", N(BarTop(row, i) + Thickness / 2 + 4));
        }
    }

    private double BarTop(int row, int series) => top + row * rowHeight + Gap / 2 + series * Thickness;

    private (double From, double To) Span(double value)
    {
        var place = Math.Clamp(scale.Map(value), 0, 1);
        return (left + width * Math.Min(Origin(), place), left + width * Math.Max(Origin(), place));
    }
}
