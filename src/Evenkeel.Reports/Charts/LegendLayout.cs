namespace Evenkeel.Reports.Charts;

/// <summary>One entry of a legend.</summary>
/// <param name="Name">The text.</param>
/// <param name="Color">The place in the palette.</param>
/// <param name="Line">The classes of the line in the sample; empty for none.</param>
/// <param name="Filled">Whether the sample is a filled band or bar.</param>
/// <param name="Marked">Whether the sample carries a marker.</param>
internal readonly record struct LegendEntry(string Name, int Color, string Line, bool Filled, bool Marked);

/// <summary>Sets the entries of a legend in rows and draws them.</summary>
internal sealed class LegendLayout
{
    public const double RowHeight = 20;
    private const double Sample = 24;
    private const double Gap = 7;
    private const double Between = 18;
    private const double TextSize = 12;

    private readonly List<(LegendEntry Entry, double X, int Row, string Text)> places = [];

    public LegendLayout(IEnumerable<LegendEntry> entries, double width)
    {
        double x = 0;
        var row = 0;
        foreach (var entry in entries)
        {
            var text = TextWidth.Cut(entry.Name, TextSize, width - Sample - Gap);
            var needed = Sample + Gap + TextWidth.Of(text, TextSize);
            if (x > 0 && x + needed > width) (x, row) = (0, row + 1);
            places.Add((entry, x, row, text));
            x += needed + Between;
        }

        Height = places.Count == 0 ? 0 : (row + 1) * RowHeight;
    }

    public double Height { get; }

    public void Draw(SvgWriter svg, double left, double top)
    {
        foreach (var (entry, x, row, text) in places)
        {
            var (begin, middle) = (left + x, top + row * RowHeight + RowHeight / 2);
            svg.Begin("g", "class", ChartStyle.ColorClass(entry.Color));
            if (entry.Filled && entry.Line.Length == 0)
                svg.Element("rect", "class", "ek-bar", "x", SvgWriter.Number(begin), "y", SvgWriter.Number(middle - 5), "width", SvgWriter.Number(Sample), "height", "10", "rx", "2");
            else if (entry.Filled)
                svg.Element("rect", "class", "ek-band", "x", SvgWriter.Number(begin), "y", SvgWriter.Number(middle - 6), "width", SvgWriter.Number(Sample), "height", "12");
            if (entry.Line.Length > 0)
                svg.Element("path", "class", entry.Line, "d", $"M{SvgWriter.Number(begin)} {SvgWriter.Number(middle)}h{SvgWriter.Number(Sample)}");
            if (entry.Marked) MarkerShapes.Draw(svg, entry.Color, begin + Sample / 2, middle, null);
            svg.Content("text", text, "class", "ek-name", "x", SvgWriter.Number(begin + Sample + Gap), "y", SvgWriter.Number(middle + 4));
            svg.End();
        }
    }
}

/// <summary>The shapes of markers: each colour has its own, so that they can be told apart without it.</summary>
internal static class MarkerShapes
{
    public static void Draw(SvgWriter svg, int color, double x, double y, string? tip)
    {
        var path = (color % 4) switch
        {
            1 => "m-3.5 -3.5h7v7h-7z",
            2 => "m0 -4.8l4.8 4.8l-4.8 4.8l-4.8 -4.8z",
            3 => "m0 -4.6l4.4 7.8h-8.8z",
            _ => "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
        };
        var place = $"M{SvgWriter.Number(x)} {SvgWriter.Number(y)}{path}";
        if (tip is null)
        {
            svg.Element("path", "class", "ek-mark", "d", place);
            return;
        }

        svg.Begin("path", "class", "ek-mark", "d", place);
        svg.Content("title", tip);
        svg.End();
    }
}
