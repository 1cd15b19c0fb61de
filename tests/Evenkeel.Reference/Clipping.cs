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
}
