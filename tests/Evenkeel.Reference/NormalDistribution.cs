namespace Evenkeel.Reference;

/// <summary>The standard normal distribution.</summary>
public static class NormalDistribution
{
    // Where the series and the continued fraction are both accurate.
    private const double Border = 3;

    /// <summary><c>phi(x) = e^(-x^2/2) / sqrt(2 pi)</c>.</summary>
    public static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary><c>Phi(x)</c>, the integral of phi up to x; the lower tail keeps its digits.</summary>
    /// <remarks>Abramowitz and Stegun, 26.2.11 (a series of positive terms) and 26.2.14 (Laplace's continued fraction).</remarks>
    public static double Cumulative(double x)
    {
        if (double.IsNaN(x)) return x;
        if (double.IsInfinity(x)) return x > 0 ? 1 : 0;
        if (x > Border) return 1 - Cumulative(-x);
        return x < -Border ? Density(x) / Fraction(-x) : 0.5 + (Density(x) * Series(x));
    }

    private static double Series(double x)
    {
        double term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum); n++) sum += term *= x * x / ((2 * n) + 1);
        return sum;
    }

    private static double Fraction(double x)
    {
        double value = x;
        for (int n = 200; n >= 1; n--) value = x + (n / value);
        return value;
    }
}
