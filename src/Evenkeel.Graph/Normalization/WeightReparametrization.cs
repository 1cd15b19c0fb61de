namespace Evenkeel.Graph.Normalization;

/// <summary>What a layer's product is computed with instead of the stored weights.</summary>
public enum WeightReparametrization
{
    /// <summary>The stored weights.</summary>
    None,

    /// <summary>Every unit's weights with mean 0 and variance 1, <c>(v - mean v) / sqrt(var v + 1e-5)</c>: weight standardisation (Qiao et al., arXiv 1903.10520).</summary>
    Standardized,

    /// <summary>Every unit's weights with a learnt length, <c>g v / |v|</c>: weight normalisation (Salimans and Kingma, arXiv 1602.07868). The gain starts at the first weights' lengths, so the network starts as without it.</summary>
    Normalized,

    /// <summary>All weights with the largest singular value 1, <c>W / sigma</c>: spectral normalisation (Miyato et al., arXiv 1802.05957), by one power iteration per training step from vectors that commits keep as states.</summary>
    Spectral,
}
