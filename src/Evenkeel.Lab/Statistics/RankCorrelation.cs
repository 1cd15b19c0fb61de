namespace Evenkeel.Lab.Statistics;

/// <summary>Whether one series of numbers rises with another one.</summary>
public static class RankCorrelation
{
    /// <summary>Spearman's coefficient: the correlation of the ranks, equal numbers sharing the mean of theirs; 0 where one series is constant.</summary>
    /// <param name="x">At least two numbers.</param>
    /// <param name="y">As many.</param>
    /// <returns>-1 to 1.</returns>
    public static double Spearman(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(x.Count, 2);
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Count, x.Count);
        double[] ranksX = Ranks(x), ranksY = Ranks(y);
        var mean = (x.Count - 1) / 2.0;
        double product = 0, squaresX = 0, squaresY = 0;
        for (var i = 0; i < ranksX.Length; i++)
        {
            product += (ranksX[i] - mean) * (ranksY[i] - mean);
            squaresX += (ranksX[i] - mean) * (ranksX[i] - mean);
            squaresY += (ranksY[i] - mean) * (ranksY[i] - mean);
        }

        return squaresX == 0 || squaresY == 0 ? 0 : product / Math.Sqrt(squaresX * squaresY);
    }

    private static double[] Ranks(IReadOnlyList<double> values) =>
        [.. values.Select(value => values.Count(other => other < value) + ((values.Count(other => other == value) - 1) / 2.0))];
}
