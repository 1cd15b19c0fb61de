namespace Evenkeel.Graph.Normalization;

/// <summary>What batch normalisation divides the centred values by. Norms are taken over the batch before the mean is subtracted, averaged over its n values (Santurkar et al., arXiv 1805.11604, section 3.3).</summary>
public enum BatchNormDivisor
{
    /// <summary>The standard deviation: batch normalisation itself.</summary>
    StandardDeviation,

    /// <summary><c>(1/n) sum |x|</c>.</summary>
    MeanAbsolute,

    /// <summary><c>sqrt((1/n) sum x^2)</c>.</summary>
    RootMeanSquare,

    /// <summary><c>max |x|</c>.</summary>
    LargestAbsolute,
}
