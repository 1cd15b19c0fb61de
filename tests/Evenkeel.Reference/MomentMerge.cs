namespace Evenkeel.Reference;

/// <summary>Count, mean and sum of squared deviations (M2) of some values, which merge without loss (Chan, Golub and LeVeque, 1979, "Updating formulae and a pairwise algorithm for computing sample variances", eq. 2.1).</summary>
/// <remarks><c>delta = mean_b - mean_a</c>; <c>n = n_a + n_b</c>; <c>mean = mean_a + delta n_b / n</c>; <c>M2 = M2_a + M2_b + delta^2 n_a n_b / n</c>.</remarks>
public readonly record struct MomentMerge(long Count, double Mean, double M2)
{
    /// <summary>The moments of no values, neutral in a merge.</summary>
    public static MomentMerge Empty => default;

    /// <summary><c>M2 / n</c>.</summary>
    public double PopulationVariance => M2 / Count;

    /// <summary><c>M2 / (n - 1)</c>.</summary>
    public double SampleVariance => M2 / (Count - 1);

    /// <summary>The moments of some values, in two sweeps.</summary>
    public static MomentMerge Of(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0) return Empty;
        double mean = values.Sum() / values.Count;
        return new MomentMerge(values.Count, mean, values.Sum(v => (v - mean) * (v - mean)));
    }

    /// <summary>The moments of this and <paramref name="other"/> together.</summary>
    public MomentMerge With(MomentMerge other)
    {
        if (other.Count == 0) return this;
        if (Count == 0) return other;
        double n = Count + other.Count, delta = other.Mean - Mean;
        return new MomentMerge(Count + other.Count, Mean + delta * other.Count / n, M2 + other.M2 + delta * delta * Count * other.Count / n);
    }
}
