using System.Globalization;
using Evenkeel.Reports.Charts;

namespace Evenkeel.Lab.Experiments;

/// <summary>A curve of a paper.</summary>
/// <param name="X">Horizontal values, rising.</param>
/// <param name="Y">Vertical values.</param>
public sealed record PaperSeries(IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>The same with millions on the horizontal axis.</summary>
    internal PaperSeries InMillions() => this with { X = [.. X.Select(static x => x / 1e6)] };

    /// <summary>The curve as it stands beside ours: dashed.</summary>
    /// <param name="name">In the legend; empty for none.</param>
    /// <param name="color">The color of our curve of the same thing.</param>
    /// <param name="until">The last horizontal value; default the curve's own.</param>
    /// <param name="scale">What vertical values are multiplied by. Default 1.</param>
    internal LineSeries Dashed(string name, int color, double until = double.PositiveInfinity, double scale = 1)
    {
        var count = X.TakeWhile(x => x <= until).Count();
        return new(name, [.. X.Take(count)], [.. Y.Take(count).Select(y => scale * y)]) { Color = color, Style = LineStyle.Dashed };
    }
}

/// <summary>Curves that were read off a paper's vector drawings; embedded in the assembly.</summary>
internal sealed class PaperCurves
{
    private readonly Dictionary<string, PaperSeries> _series;

    /// <param name="file">Folder and file behind this one's, with a dot between them: <c>Ioffe2015.figure1.csv</c>.</param>
    public PaperCurves(string file)
    {
        using var stream = typeof(PaperCurves).Assembly.GetManifestResourceStream($"{typeof(PaperCurves).Namespace}.{file}")!;
        using var reader = new StreamReader(stream);
        var points = new Dictionary<string, (List<double> X, List<double> Y)>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#') || line.StartsWith("figure,", StringComparison.Ordinal)) continue;
            var cells = line.Split(',');
            var name = $"{cells[0]}/{cells[1]}";
            if (!points.TryGetValue(name, out var series)) points[name] = series = ([], []);
            series.X.Add(double.Parse(cells[2], CultureInfo.InvariantCulture));
            series.Y.Add(double.Parse(cells[3], CultureInfo.InvariantCulture));
        }

        _series = points.ToDictionary(static pair => pair.Key, static pair => new PaperSeries(pair.Value.X, pair.Value.Y), StringComparer.Ordinal);
    }

    /// <summary>A curve.</summary>
    /// <param name="figure">The figure, for example 4a.</param>
    /// <param name="series">What the paper calls it.</param>
    public PaperSeries Of(string figure, string series) => _series[$"{figure}/{series}"];
}
