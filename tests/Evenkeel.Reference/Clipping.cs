namespace Evenkeel.Reference;

/// <summary>Bounds on gradients (Pascanu, Mikolov and Bengio, arXiv 1211.5063, section 3.2; by value: Mikolov, 2012).</summary>
public static class Clipping
{
    /// <summary><c>g min(1, max / |g|)</c> over all gradients together.</summary>
    public static double[] ByNorm(double[] gradients, double maximum)
    {
        double norm = Math.Sqrt(gradients.Sum(g => g * g));
        return norm <= maximum ? [.. gradients] : Array.ConvertAll(gradients, g => g * maximum / norm);
    }

    /// <summary><c>min(max, max(-max, g))</c>, each for itself.</summary>
    public static double[] ByValue(double[] gradients, double maximum) => Array.ConvertAll(gradients, g => Math.Min(maximum, Math.Max(-maximum, g)));

    /// <summary>Adaptive: <c>g = g min(1, ratio max(|w|, floor) / |g|)</c> for every column of `[rows, units]`. Brock et al., arXiv 2102.06171, equation 3.</summary>
    public static double[] ByUnit(double[] gradient, double[] w, int units, double ratio, double floor)
    {
        Shape.Require(w, gradient.Length, nameof(w));
        double[] most = new double[units], length = new double[units];
        for (int i = 0; i < w.Length; i++)
        {
            most[i % units] += w[i] * w[i];
            length[i % units] += gradient[i] * gradient[i];
        }
        return [.. gradient.Select((g, i) => g * Math.Min(1, ratio * Math.Max(Math.Sqrt(most[i % units]), floor) / Math.Sqrt(length[i % units])))];
    }
}
