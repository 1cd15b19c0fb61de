using System.Text;

namespace Evenkeel.Reports.Charts;

/// <summary>Draws a value over a plane: a cell per point, shaded by its value, lines of equal value, and the scale of shades at the right.</summary>
/// <remarks>Shades are one hue over the paper's colour, so that they are darker for more on light and lighter for more on dark, and read without colour.</remarks>
internal sealed class HeatMapRenderer
{
    private const double Pad = 10;
    private const double TextSize = 12;
    private const double BarWidth = 16;
    private const int BarPieces = 40;
    private const double Faintest = 0.04;

    private readonly HeatMap map;
    private readonly Scale x;
    private readonly Scale y;
    private readonly Scale value;
    private readonly double left;
    private readonly double top;
    private readonly double width;
    private readonly double height;

    public HeatMapRenderer(HeatMap map)
    {
        if (map.Xs.Count < 2 || map.Ys.Count < 2 || map.Values.Count != map.Ys.Count || map.Values.Any(row => row.Count != map.Xs.Count))
            throw new ArgumentException(FormattableString.Invariant($"The map '{map.Title}' has {map.Xs.Count} by {map.Ys.Count} coordinates; give a row of values per vertical one and a value per horizontal one, at least two of each."));
        this.map = map;
        value = Scale.Fit(map.Value, map.Values.SelectMany(static row => row), 6, cover: true);
        var labels = value.Labels.Length == 0 ? 0 : value.Labels.Max(label => TextWidth.Of(label, TextSize));
        (left, top) = (64, map.Title.Length > 0 ? 36 : 14);
        (width, height) = (map.Width - left - labels - BarWidth - 66, map.Height - top - 48);
        x = Fit(map.X, map.Xs, (int)(width / 60));
        y = Fit(map.Y, map.Ys, (int)(height / 50));
    }

    public static string Describe(HeatMap map)
    {
        var shown = map.Values.SelectMany(static row => row).Where(double.IsFinite).ToArray();
        var text = new StringBuilder($"{map.Value.Caption} over {map.X.Caption} and {map.Y.Caption}.");
        if (shown.Length > 0) text.Append($" From {TickLabels.Value(shown.Min(), map.Value.Numbers)} to {TickLabels.Value(shown.Max(), map.Value.Numbers)}.");
        return text.ToString();
    }

    public void Draw(SvgWriter svg)
    {
        if (map.Title.Length > 0) svg.Content("text", TextWidth.Cut(map.Title, 15, map.Width - (2 * Pad)), "class", "ek-title", "x", N(Pad), "y", "20");
        svg.Begin("g", "class", ChartStyle.ColorClass(0), "shape-rendering", "crispEdges");
        for (var row = 0; row < map.Ys.Count; row++)
        {
            for (var column = 0; column < map.Xs.Count; column++) DrawCell(svg, row, column);
        }

        svg.End();
        if (map.Contours)
        {
            foreach (var tick in value.Ticks) DrawContour(svg, value.Map(tick));
        }

        DrawAxes(svg);
        DrawShades(svg);
    }

    private static string N(double number) => SvgWriter.Number(number);

    /// <summary>Half a cell lies on either side of the outer points.</summary>
    private static Scale Fit(ChartAxis axis, IReadOnlyList<double> places, int ticks)
    {
        var half = (places[^1] - places[0]) / (places.Count - 1) / 2;
        return Scale.Fit(axis with { Scale = AxisScale.Linear, Minimum = places[0] - half, Maximum = places[^1] + half }, places, Math.Clamp(ticks, 2, 9), cover: false);
    }

    private double AcrossAt(double share) => left + (width * share);

    private double DownAt(double share) => top + (height * (1 - share));

    private static double Opacity(double share) => Faintest + ((1 - Faintest) * Math.Clamp(share, 0, 1));

    private void DrawCell(SvgWriter svg, int row, int column)
    {
        var share = value.Map(map.Values[row][column]);
        if (double.IsNaN(share)) return;
        var (cellWidth, cellHeight) = (width / map.Xs.Count, height / map.Ys.Count);
        svg.Begin("rect", "class", "ek-bar", "x", N(left + (column * cellWidth)), "y", N(top + ((map.Ys.Count - 1 - row) * cellHeight)), "width", N(cellWidth), "height", N(cellHeight), "fill-opacity", N(Opacity(share)));
        svg.Content("title", FormattableString.Invariant($"{map.X.Label} {map.Xs[column]:G4}, {map.Y.Label} {map.Ys[row]:G4}: {TickLabels.Value(map.Values[row][column], map.Value.Numbers)}"));
        svg.End();
    }

    /// <summary>Marching squares: in every square of four points, straight pieces between the crossings of its sides.</summary>
    private void DrawContour(SvgWriter svg, double level)
    {
        var path = new StringBuilder();
        for (var row = 0; row + 1 < map.Ys.Count; row++)
        {
            for (var column = 0; column + 1 < map.Xs.Count; column++)
            {
                (double X, double Y, double Value)[] corners = [Corner(row, column), Corner(row, column + 1), Corner(row + 1, column + 1), Corner(row + 1, column)];
                if (corners.Any(static corner => double.IsNaN(corner.Value))) continue;
                List<(double X, double Y)> crossings = [];
                for (var side = 0; side < corners.Length; side++)
                {
                    var (a, b) = (corners[side], corners[(side + 1) % corners.Length]);
                    if (a.Value >= level == b.Value >= level) continue;
                    var part = (level - a.Value) / (b.Value - a.Value);
                    crossings.Add((a.X + (part * (b.X - a.X)), a.Y + (part * (b.Y - a.Y))));
                }

                for (var i = 0; i + 1 < crossings.Count; i += 2) path.Append($"M{N(crossings[i].X)} {N(crossings[i].Y)}L{N(crossings[i + 1].X)} {N(crossings[i + 1].Y)}");
            }
        }

        if (path.Length > 0) svg.Element("path", "class", "ek-rule ek-ink", "stroke-opacity", "0.5", "d", path.ToString());
    }

    private (double X, double Y, double Value) Corner(int row, int column) => (AcrossAt(x.Map(map.Xs[column])), DownAt(y.Map(map.Ys[row])), value.Map(map.Values[row][column]));

    private void DrawAxes(SvgWriter svg)
    {
        svg.Element("path", "class", "ek-axis", "d", $"M{N(left)} {N(top)}h{N(width)}v{N(height)}h{N(-width)}z");
        for (var i = 0; i < x.Ticks.Length; i++) svg.Content("text", x.Labels[i], "x", N(AcrossAt(x.Map(x.Ticks[i]))), "y", N(top + height + 16), "text-anchor", "middle");
        for (var i = 0; i < y.Ticks.Length; i++) svg.Content("text", y.Labels[i], "x", N(left - 6), "y", N(DownAt(y.Map(y.Ticks[i])) + 4), "text-anchor", "end");
        svg.Content("text", TextWidth.Cut(map.X.Caption, TextSize, width), "x", N(left + (width / 2)), "y", N(top + height + 36), "text-anchor", "middle");
        svg.Content("text", TextWidth.Cut(map.Y.Caption, TextSize, height), "transform", $"translate({N(18)} {N(top + (height / 2))}) rotate(-90)", "text-anchor", "middle");
    }

    private void DrawShades(SvgWriter svg)
    {
        var (at, piece) = (left + width + 18, height / BarPieces);
        svg.Begin("g", "class", ChartStyle.ColorClass(0), "shape-rendering", "crispEdges");
        for (var i = 0; i < BarPieces; i++)
            svg.Element("rect", "class", "ek-bar", "x", N(at), "y", N(top + height - ((i + 1) * piece)), "width", N(BarWidth), "height", N(piece), "fill-opacity", N(Opacity((i + 0.5) / BarPieces)));
        svg.End();
        for (var i = 0; i < value.Ticks.Length; i++) svg.Content("text", value.Labels[i], "x", N(at + BarWidth + 6), "y", N(DownAt(value.Map(value.Ticks[i])) + 4));
        svg.Content("text", TextWidth.Cut(map.Value.Caption, TextSize, height), "transform", $"translate({N(map.Width - 8)} {N(top + (height / 2))}) rotate(-90)", "text-anchor", "middle");
    }
}
