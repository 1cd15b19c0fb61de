namespace Evenkeel.Graph.Normalization;

/// <summary>How much a unit's distribution is moved at every step: the unit draws a mean from [-<see cref="Mean"/>, <see cref="Mean"/>] and a deviation from [1, <see cref="Deviation"/>]; every value draws a shift around the one and a factor around the other.</summary>
/// <remarks>Santurkar et al., arXiv 1805.11604, Algorithm 1 of the appendix: <c>mu ~ U(-n_mu, n_mu)</c>, <c>sigma ~ U(1, n_sigma)</c>, <c>m ~ U(mu - r_mu, mu + r_mu)</c>, <c>s ~ N(sigma, r_sigma)</c>.</remarks>
public sealed record MomentNoiseOptions
{
    /// <summary>The paper's numbers.</summary>
    public static MomentNoiseOptions Default { get; } = new();

    /// <summary>n_mu, at least 0. Default 0.5.</summary>
    public float Mean { get; init; } = 0.5f;

    /// <summary>n_sigma, at least 1. Default 1.25.</summary>
    public float Deviation { get; init; } = 1.25f;

    /// <summary>r_mu, at least 0. Default 0.1.</summary>
    public float MeanSpread { get; init; } = 0.1f;

    /// <summary>r_sigma, at least 0: a standard deviation. Default 0.1.</summary>
    public float DeviationSpread { get; init; } = 0.1f;

    /// <summary>Whether all numbers are in their ranges.</summary>
    public bool IsValid => Mean >= 0 && float.IsFinite(Mean) && Deviation >= 1 && float.IsFinite(Deviation) && MeanSpread >= 0 && float.IsFinite(MeanSpread) && DeviationSpread >= 0 && float.IsFinite(DeviationSpread);
}
