namespace Evenkeel.Data.Augmentation;

/// <summary>Convex combinations of two samples, <c>x = l x_i + (1 - l) x_j</c>, with l from Beta(alpha, alpha) for every sample.</summary>
/// <remarks>Zhang et al., arXiv 1710.09412, section 2. Samples of any shape, also rows of tables.</remarks>
public sealed record Mixup : ISampleMixing
{
    /// <summary>Creates the mixing.</summary>
    /// <param name="alpha">Above 0 and at most 1: the larger, the more even the shares. Default 0.2.</param>
    /// <exception cref="DatasetException">EK0313: outside (0, 1].</exception>
    public Mixup(float alpha = 0.2f) => Alpha = BetaShare.Check("mixup", alpha);

    /// <summary>The parameter of the beta distribution.</summary>
    public float Alpha { get; }

    /// <inheritdoc/>
    public bool Takes(int rank) => true;

    /// <inheritdoc/>
    public float Mix(in AugmentedImage image, ReadOnlySpan<float> other, in SampleRandom random)
    {
        var share = BetaShare.Draw(Alpha, in random, 0);
        var pixels = image.Pixels;
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (share * pixels[i]) + ((1 - share) * other[i]);
        return share;
    }
}
