using System.Globalization;
using System.Text;

namespace Evenkeel.Reports.Charts;

/// <summary>Draws lines, bands, markers and rules over two axes.</summary>
internal sealed class LineChartRenderer
{
    private const double Pad = 10;
    private const double TickSize = 12;
    private const double ClipMargin = 1;
    private const double ChoiceGap = 6;

    private readonly Chart chart;
    private readonly string titleClass;
    private readonly Scale x;
    private readonly Scale y;
    private readonly LegendLayout legend;
    private readonly double left;
    private readonly double top;
    private readonly double width;
    private readonly double height;
    private readonly double titleHeight;

    /// <summary>Lays a chart out.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="titleClass">The style of the title.</param>
    /// <param name="sharedY">The vertical range of a grid that its charts share.</param>
    public LineChartRenderer(Chart chart, string titleClass, (double Low, double High)? sharedY = null)
    {
        foreach (var series in chart.Series) CheckLengths(series);
        (this.chart, this.titleClass) = (chart, titleClass);
        titleHeight = chart.Title.Length > 0 ? 26 : 4;
        legend = new LegendLayout(chart.Legend ? Entries(chart) : [], chart.Width - 2 * Pad);
        top = titleHeight + legend.Height + 34;
        height = Math.Max(40, chart.Height - top - 46);
        var values = sharedY is { } shared ? [shared.Low, shared.High] : YValues(chart);
        y = Scale.Fit(chart.Y, values, Math.Clamp((int)(height / 45), 2, 8), cover: true);
        left = Pad + Math.Max(24, y.Labels.Max(label => TextWidth.Of(label, TickSize)) + 10);
        width = Math.Max(60, chart.Width - left - Pad - 14);
        x = FitX();
    }

    public static string Describe(Chart chart)
    {
        var text = new StringBuilder($"{chart.Y.Caption} over {chart.X.Caption}.");
        foreach (var series in chart.Series.OfType<LineSeries>().Where(s => s.Name.Length > 0))
        {
            var last = -1;
            for (var i = 0; i < series.Y.Count; i++) if (double.IsFinite(series.Y[i])) last = i;
            if (last < 0) text.Append(CultureInfo.InvariantCulture, $" {series.Name}: no values.");
            else text.Append(CultureInfo.InvariantCulture, $" {series.Name}: {TickLabels.Value(series.Y[last], chart.Y.Numbers)} at {TickLabels.Value(series.X[last], chart.X.Numbers)}.");
        }

        return text.ToString();
    }

    public static IEnumerable<double> YValues(Chart chart) => chart.Series.SelectMany(series => series switch
    {
        LineSeries line => line.Y,
        BandSeries band => band.Low.Concat(band.High).Concat(band.Middle ?? []),
        MarkerSeries markers => markers.Y,
        RuleSeries { Vertical: false } rule => [rule.Value],
        _ => [],
    });

    public static IEnumerable<LegendEntry> Entries(Chart chart)
    {
        for (var i = 0; i < chart.Series.Count; i++)
        {
            var series = chart.Series[i];
            var color = series.Color ?? i;
            if (series.Name.Length == 0) continue;
            yield return series switch
            {
                LineSeries line => new(line.Name, color, LineClass(line), false, line.Markers),
                BandSeries band => new(band.Name, color, (band.Middle is null ? "ek-edge" : "ek-line") + StyleClass(band.Style), band.Filled, false),
                RuleSeries rule => new(rule.Name, color, "ek-rule" + StyleClass(rule.Style), false, false),
                _ => new(series.Name, color, "", false, true),
            };
        }
    }

    public void Draw(SvgWriter svg)
    {
        if (chart.Title.Length > 0)
            svg.Content("text", TextWidth.Cut(chart.Title, 15, chart.Width - 2 * Pad), "class", titleClass, "x", SvgWriter.Number(Pad), "y", "20");
        legend.Draw(svg, Pad, titleHeight + 2);
        svg.Content("text", TextWidth.Cut(chart.Y.Caption, TickSize, chart.Width - 2 * Pad), "x", SvgWriter.Number(Pad), "y", SvgWriter.Number(top - 16));
        DrawAxes(svg);

        // An inner svg cuts off what lies outside, without an id that would have to be unique on a page.
        svg.Begin("svg", "x", N(left - ClipMargin), "y", N(top - ClipMargin), "width", N(width + 2 * ClipMargin), "height", N(height + 2 * ClipMargin), "overflow", "hidden");
        for (var i = 0; i < chart.Series.Count; i++)
        {
            var color = chart.Series[i].Color ?? i;
            svg.Begin("g", "class", ChartStyle.ColorClass(color));
            DrawSeries(svg, chart.Series[i]);
            svg.End();
        }

        svg.End();

        // Markers lie above all lines and are not cut: one on the edge stays whole, one outside is left out.
        svg.Begin("g", "transform", $"translate({N(left - ClipMargin)} {N(top - ClipMargin)})");
        for (var i = 0; i < chart.Series.Count; i++) DrawMarkers(svg, chart.Series[i], chart.Series[i].Color ?? i);
        svg.End();
        if (!HasData()) svg.Content("text", "no data", "x", N(left + width / 2), "y", N(top + height / 2), "text-anchor", "middle");
    }

    private static string N(double value) => SvgWriter.Number(value);

    private static string StyleClass(LineStyle style) => style switch { LineStyle.Dashed => " ek-dashed", LineStyle.Dotted => " ek-dotted", _ => "" };

    private static string LineClass(LineSeries line) => "ek-line" + (line.Weight == LineWeight.Faint ? " ek-faint" : "") + StyleClass(line.Style);

    private static void CheckLengths(ChartSeries series)
    {
        var same = series switch
        {
            LineSeries line => line.X.Count == line.Y.Count,
            BandSeries band => band.X.Count == band.Low.Count && band.X.Count == band.High.Count && (band.Middle is null || band.X.Count == band.Middle.Count),
            MarkerSeries markers => markers.X.Count == markers.Y.Count,
            _ => true,
        };
        if (!same) throw new ArgumentException($"The lists of series '{series.Name}' differ in length; give one value of each per point.");
    }

    private Scale FitX()
    {
        var values = chart.Series.SelectMany(series => series switch
        {
            LineSeries line => line.X,
            BandSeries band => band.X,
            MarkerSeries markers => markers.X,
            RuleSeries { Vertical: true } rule => [rule.Value],
            _ => [],
        }).ToArray();

        // As many ticks as fit with room between their labels, which are only known afterwards.
        for (var target = Math.Clamp((int)(width / 45), 2, 12); ; target--)
        {
            var scale = Scale.Fit(chart.X, values, target, cover: false);
            var widest = scale.Labels.Max(label => TextWidth.Of(label, TickSize));
            if (target <= 1 || chart.X.Choices.Count > 0 || Fits(scale, widest)) return scale;
        }
    }

    private bool Fits(Scale scale, double widest)
    {
        for (var i = 1; i < scale.Ticks.Length; i++)
        {
            if ((scale.Map(scale.Ticks[i]) - scale.Map(scale.Ticks[i - 1])) * width < widest + 12) return false;
        }

        return true;
    }

    private bool HasData() => chart.Series.Any(series => series switch
    {
        LineSeries line => line.Y.Any(v => !double.IsNaN(y.Map(v))),
        BandSeries band => band.Low.Any(v => !double.IsNaN(y.Map(v))),
        MarkerSeries markers => markers.Y.Any(v => !double.IsNaN(y.Map(v))),
        _ => false,
    });

    private void DrawAxes(SvgWriter svg)
    {
        for (var i = 0; i < y.Ticks.Length; i++)
        {
            var at = top + height * (1 - y.Map(y.Ticks[i]));
            svg.Element("path", "class", "ek-grid", "d", $"M{N(left)} {N(at)}h{N(width)}");
            svg.Content("text", y.Labels[i], "x", N(left - 8), "y", N(at + 4), "text-anchor", "end");
        }

        svg.Element("path", "class", "ek-axis", "d", $"M{N(left)} {N(top + height)}h{N(width)}");
        for (var i = 0; i < x.Ticks.Length; i++)
        {
            var at = left + width * x.Map(x.Ticks[i]);
            svg.Element("path", "class", "ek-axis", "d", $"M{N(at)} {N(top + height)}v4");
            var label = chart.X.Choices.Count > 0 ? TextWidth.Cut(x.Labels[i], TickSize, (width / x.Ticks.Length) - ChoiceGap) : x.Labels[i];
            svg.Content("text", label, "x", N(at), "y", N(top + height + 18), "text-anchor", "middle");
        }

        svg.Content("text", TextWidth.Cut(chart.X.Caption, TickSize, width), "x", N(left + width / 2), "y", N(top + height + 38), "text-anchor", "middle");
    }

    private void DrawSeries(SvgWriter svg, ChartSeries series)
    {
        switch (series)
        {
            case LineSeries line:
                Path(svg, LineClass(line), Place(line.X, line.Y));
                break;
            case BandSeries band:
                var (low, high) = (Place(band.X, band.Low), Place(band.X, band.High));
                if (band.Filled) Fill(svg, low, high);
                var edge = "ek-edge" + StyleClass(band.Style);
                Path(svg, edge, low);
                Path(svg, edge, high);
                if (band.Middle is not null) Path(svg, "ek-line" + StyleClass(band.Style), Place(band.X, band.Middle));
                break;
            case RuleSeries rule:
                var place = rule.Vertical ? x.Map(rule.Value) : y.Map(rule.Value);
                if (double.IsNaN(place)) break;
                var path = rule.Vertical ? $"M{N(ClipMargin + width * place)} {N(ClipMargin)}v{N(height)}" : $"M{N(ClipMargin)} {N(ClipMargin + height * (1 - place))}h{N(width)}";
                svg.Element("path", "class", "ek-rule" + StyleClass(rule.Style), "d", path);
                break;
        }
    }

    private void DrawMarkers(SvgWriter svg, ChartSeries series, int color)
    {
        var (xs, ys) = series switch
        {
            LineSeries { Markers: true } line => (line.X, line.Y),
            MarkerSeries markers => (markers.X, markers.Y),
            _ => ([], []),
        };
        if (xs.Count == 0) return;
        var points = Place(xs, ys);
        svg.Begin("g", "class", ChartStyle.ColorClass(color));
        for (var i = 0; i < points.Count; i++)
        {
            if (!(x.Map(xs[i]) is >= 0 and <= 1) || !(y.Map(ys[i]) is >= 0 and <= 1)) continue;
            MarkerShapes.Draw(svg, color, points[i].X, points[i].Y, $"{TickLabels.Value(ys[i], chart.Y.Numbers, 4)} at {(chart.X.Choices.Count > 0 ? chart.X.Choices[(int)xs[i]] : TickLabels.Value(xs[i], chart.X.Numbers, 6))}");
        }

        svg.End();
    }

    private List<(double X, double Y)> Place(IReadOnlyList<double> xs, IReadOnlyList<double> ys)
    {
        var points = new List<(double X, double Y)>(xs.Count);
        for (var i = 0; i < xs.Count; i++) points.Add((ClipMargin + width * x.Map(xs[i]), ClipMargin + height * (1 - y.Map(ys[i]))));
        return points;
    }

    private void Path(SvgWriter svg, string style, List<(double X, double Y)> points)
    {
        var path = new StringBuilder();
        var thinned = Decimation.Thin(points, width);
        for (var i = 0; i < thinned.Count; i++)
        {
            var (px, py) = thinned[i];
            if (IsGap(thinned, i)) continue;
            var first = i == 0 || IsGap(thinned, i - 1);
            path.Append(first ? 'M' : 'L').Append(N(px)).Append(' ').Append(N(py));

            // A point between two gaps would be invisible as a line.
            if (first && (i + 1 == thinned.Count || IsGap(thinned, i + 1))) path.Append("m-2.5 0h5");
        }

        if (path.Length > 0) svg.Element("path", "class", style, "d", path.ToString());
    }

    private void Fill(SvgWriter svg, List<(double X, double Y)> low, List<(double X, double Y)> high)
    {
        var path = new StringBuilder();
        for (var begin = 0; begin < low.Count;)
        {
            var end = begin;
            while (end < low.Count && !IsGap(low, end) && !IsGap(high, end)) end++;
            if (end > begin)
            {
                var upper = Decimation.Thin(high.GetRange(begin, end - begin), width);
                var lower = Decimation.Thin(low.GetRange(begin, end - begin), width);
                lower.Reverse();
                var letter = 'M';
                foreach (var (px, py) in upper.Concat(lower))
                {
                    path.Append(letter).Append(N(px)).Append(' ').Append(N(py));
                    letter = 'L';
                }

                path.Append('Z');
            }

            begin = end + 1;
        }

        if (path.Length > 0) svg.Element("path", "class", "ek-band", "d", path.ToString());
    }

    private static bool IsGap(List<(double X, double Y)> points, int index) => double.IsNaN(points[index].X + points[index].Y);
}
