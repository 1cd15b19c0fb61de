namespace Evenkeel.Lab.Statistics;

/// <summary>The standard normal distribution.</summary>
public static class Gaussian
{
    /// <summary>The share of the distribution below a value, to 1e-7.</summary>
    /// <param name="value">The value.</param>
    /// <remarks>Abramowitz and Stegun, Handbook of Mathematical Functions, formula 26.2.17.</remarks>
    public static double Below(double value)
    {
        if (value < 0) return 1 - Below(-value);
        var t = 1 / (1 + (0.2316419 * value));
        var series = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return 1 - (Math.Exp(-value * value / 2) / Math.Sqrt(2 * Math.PI) * series);
    }
}
