namespace Evenkeel.Lab.Statistics;

/// <summary>Mean and spread of a few numbers, for example one per seed.</summary>
/// <param name="Count">How many.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their standard deviation with divisor n - 1; 0 for a single one.</param>
public readonly record struct Sample(int Count, double Mean, double Deviation)
{
    /// <summary>The standard error of the mean.</summary>
    public double Error => Deviation / Math.Sqrt(Count);

    /// <summary>Measures.</summary>
    /// <param name="values">At least one number.</param>
    public static Sample Of(IEnumerable<double> values)
    {
        var all = values.ToArray();
        ArgumentOutOfRangeException.ThrowIfZero(all.Length);
        var mean = all.Average();
        return new(all.Length, mean, all.Length == 1 ? 0 : Math.Sqrt(all.Sum(value => (value - mean) * (value - mean)) / (all.Length - 1)));
    }

    /// <summary>Differences pair by pair: what belongs to a pair, such as its seed, cancels.</summary>
    /// <param name="first">One value per pair.</param>
    /// <param name="second">What is subtracted, one value per pair.</param>
    public static Sample OfDifferences(IEnumerable<double> first, IEnumerable<double> second) => Of(first.Zip(second, static (a, b) => a - b));

    /// <summary>Whether the mean reaches a bar: yes or no where it is two standard errors away from it, null where it is nearer, or where a single number says nothing about the spread.</summary>
    /// <param name="bar">The bar.</param>
    public bool? IsAtLeast(double bar) => Count < 2 || double.IsNaN(Mean) ? null : Mean - (2 * Error) >= bar ? true : Mean + (2 * Error) < bar ? false : null;
}
