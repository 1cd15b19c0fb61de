using System.Globalization;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>A curve of a paper.</summary>
/// <param name="X">Horizontal values, rising.</param>
/// <param name="Y">Vertical values.</param>
public sealed record PaperSeries(IReadOnlyList<double> X, IReadOnlyList<double> Y);

/// <summary>Figure 1 of Ioffe and Szegedy 2015, read off the paper's vector drawing; embedded in the assembly.</summary>
public static class PaperFigure
{
    private const string Resource = "Evenkeel.Lab.Experiments.Ioffe2015.figure1.csv";

    private static readonly Dictionary<string, PaperSeries> Series = Read();

    /// <summary>Figure 1a: test accuracy over training steps, from step 3,581 (without) or 4,024 (with) on.</summary>
    /// <param name="batchNorm">With batch normalisation.</param>
    public static PaperSeries Accuracy(bool batchNorm) => Series[$"1a_test_acc/{Variant(batchNorm)}"];

    /// <summary>Figures 1b, 1c: a percentile of the input of one sigmoid of the last hidden layer, over the share of the run in [0, 1].</summary>
    /// <param name="batchNorm">With batch normalisation (1c) or without (1b).</param>
    /// <param name="percentile">15, 50 or 85.</param>
    public static PaperSeries Percentile(bool batchNorm, int percentile) =>
        Series[string.Create(CultureInfo.InvariantCulture, $"1bc_percentile_runfraction/{Variant(batchNorm)}_p{percentile}")];

    private static string Variant(bool batchNorm) => batchNorm ? "BN" : "noBN";

    private static Dictionary<string, PaperSeries> Read()
    {
        using var stream = typeof(PaperFigure).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        var points = new Dictionary<string, (List<double> X, List<double> Y)>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#') || line.StartsWith("figure,", StringComparison.Ordinal)) continue;
            var cells = line.Split(',');
            var name = $"{cells[0]}/{cells[1]}";
            if (!points.TryGetValue(name, out var series)) points[name] = series = ([], []);
            series.X.Add(double.Parse(cells[2], CultureInfo.InvariantCulture));
            series.Y.Add(double.Parse(cells[3], CultureInfo.InvariantCulture));
        }

        return points.ToDictionary(static pair => pair.Key, static pair => new PaperSeries(pair.Value.X, pair.Value.Y));
    }
}
