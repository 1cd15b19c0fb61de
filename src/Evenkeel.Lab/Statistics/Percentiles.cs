namespace Evenkeel.Lab.Statistics;

/// <summary>Percentiles of a sample.</summary>
public static class Percentiles
{
    /// <summary>The percentile by linear interpolation between order statistics: place <c>p (n - 1)</c>, counted from 0.</summary>
    /// <param name="sorted">At least one number, in rising order.</param>
    /// <param name="share">0 to 1.</param>
    public static double OfSorted(ReadOnlySpan<float> sorted, double share)
    {
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length);
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        var place = share * (sorted.Length - 1);
        var low = (int)place;
        var high = Math.Min(low + 1, sorted.Length - 1);
        return sorted[low] + ((place - low) * ((double)sorted[high] - sorted[low]));
    }

    /// <summary>The median; the mean of the middle two for an even count.</summary>
    /// <param name="values">At least one number, in any order.</param>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length);
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
