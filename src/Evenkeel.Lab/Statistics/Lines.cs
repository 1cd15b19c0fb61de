namespace Evenkeel.Lab.Statistics;

/// <summary>Straight lines and ranks through pairs of numbers.</summary>
public static class Lines
{
    /// <summary>The slope of the least-squares line.</summary>
    /// <param name="x">At least two numbers that are not all equal.</param>
    /// <param name="y">As many.</param>
    public static double Slope(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        var (meanX, meanY) = (x.Average(), y.Average());
        return x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => (a - meanX) * (a - meanX));
    }

    /// <summary>Spearman's correlation: that of the ranks, where equal numbers share their mean rank. NaN where all numbers of a side are equal.</summary>
    /// <param name="x">At least two numbers.</param>
    /// <param name="y">As many.</param>
    public static double Spearman(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        var (first, second) = (Ranks(x), Ranks(y));
        var mean = (x.Count - 1) / 2.0;
        double Product(double[] a, double[] b) => a.Zip(b, (p, q) => (p - mean) * (q - mean)).Sum();
        return Product(first, second) / Math.Sqrt(Product(first, first) * Product(second, second));
    }

    private static double[] Ranks(IReadOnlyList<double> values) =>
        [.. values.Select(value => values.Count(other => other < value) + ((values.Count(other => other == value) - 1) / 2.0))];
}
