namespace Evenkeel.Reports.Charts;

/// <summary>Thins a line of many points to what a screen can show: per half pixel the first, the lowest, the highest and the last point.</summary>
/// <remarks>Peaks survive, gaps survive, and the text of a chart of a million steps stays under a few hundred kilobytes.</remarks>
internal static class Decimation
{
    private const double Column = 0.5;

    /// <summary>Thins points in place of the screen, NaN for gaps; the order stays.</summary>
    public static List<(double X, double Y)> Thin(IReadOnlyList<(double X, double Y)> points, double width)
    {
        var thinned = new List<(double X, double Y)>();
        if (points.Count <= width / Column)
        {
            thinned.AddRange(points);
            return thinned;
        }

        for (var begin = 0; begin < points.Count;)
        {
            var end = begin + 1;
            if (!double.IsNaN(points[begin].Y + points[begin].X))
            {
                var column = Math.Floor(points[begin].X / Column);
                while (end < points.Count && !double.IsNaN(points[end].Y) && Math.Floor(points[end].X / Column) == column) end++;
            }

            AddExtremes(thinned, points, begin, end);
            begin = end;
        }

        return thinned;
    }

    private static void AddExtremes(List<(double X, double Y)> thinned, IReadOnlyList<(double X, double Y)> points, int begin, int end)
    {
        var (lowest, highest) = (begin, begin);
        for (var i = begin + 1; i < end; i++)
        {
            if (points[i].Y < points[lowest].Y) lowest = i;
            if (points[i].Y > points[highest].Y) highest = i;
        }

        Span<int> kept = [begin, lowest, highest, end - 1];
        kept.Sort();
        var last = -1;
        foreach (var i in kept)
        {
            if (i != last) thinned.Add(points[i]);
            last = i;
        }
    }
}
