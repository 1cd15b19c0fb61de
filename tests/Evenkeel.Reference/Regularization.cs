namespace Evenkeel.Reference;

/// <summary>What holds weights small besides decay.</summary>
public static class Regularization
{
    /// <summary><c>lambda sum |w|</c>.</summary>
    public static double L1(double[] w, double lambda) => lambda * w.Sum(Math.Abs);

    /// <summary>Its subgradient, <c>lambda sign(w)</c> with <c>sign(0) = 0</c>.</summary>
    public static double[] L1Gradient(double[] w, double lambda) => Array.ConvertAll(w, value => lambda * Math.Sign(value));

    /// <summary><c>w min(1, c / |w|)</c> for every column of `[rows, units]`. Srivastava et al. 2014, section 5.1.</summary>
    public static double[] MaximumNorm(double[] w, int units, double most)
    {
        double[] length = new double[units];
        for (int i = 0; i < w.Length; i++) length[i % units] += w[i] * w[i];
        return [.. w.Select((value, i) => value * Math.Min(1, most / Math.Sqrt(length[i % units])))];
    }
}
