namespace Evenkeel.Numerics.Kernels.BatchNorm;

/// <summary>Which estimate of a variance goes into the running statistics.</summary>
public enum VarianceKind
{
    /// <summary><c>M2 / n</c>.</summary>
    Population,

    /// <summary><c>M2 / (n - 1)</c>: unbiased, Algorithm 2 of the paper; undefined (NaN) for one value.</summary>
    Sample,
}
