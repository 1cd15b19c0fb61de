namespace Evenkeel.Data.Augmentation;

/// <summary>A rectangle of another image in place of one's own: its sides are <c>sqrt(1 - l)</c> of the image's with l from Beta(alpha, alpha), its centre is anywhere, and the classes share by area.</summary>
/// <remarks>Yun et al., arXiv 1905.04899, section 3.1: what lies outside the image is cut off, and the share is that of the pixels which stayed.</remarks>
public sealed record CutMix : ISampleMixing
{
    // Behind those of the share.
    private const int PlaceDraw = 64;

    /// <summary>Creates the mixing.</summary>
    /// <param name="alpha">Above 0 and at most 1. Default 1, the paper's: every area is as likely as any other.</param>
    /// <exception cref="DatasetException">EK0313: outside (0, 1].</exception>
    public CutMix(float alpha = 1) => Alpha = BetaShare.Check("cutmix", alpha);

    /// <summary>The parameter of the beta distribution.</summary>
    public float Alpha { get; }

    /// <inheritdoc/>
    public bool Takes(int rank) => rank is 2 or 3;

    /// <inheritdoc/>
    public float Mix(in AugmentedImage image, ReadOnlySpan<float> other, in SampleRandom random)
    {
        var side = MathF.Sqrt(1 - BetaShare.Draw(Alpha, in random, 0));
        var (height, width) = ((int)(image.Height * side), (int)(image.Width * side));
        var (y, x) = (random.Below(PlaceDraw, image.Height), random.Below(PlaceDraw + 1, image.Width));
        var (top, bottom) = (Math.Max(0, y - (height / 2)), Math.Min(image.Height, y - (height / 2) + height));
        var (left, right) = (Math.Max(0, x - (width / 2)), Math.Min(image.Width, x - (width / 2) + width));
        for (var row = top; row < bottom; row++)
        {
            var from = ((row * image.Width) + left) * image.Channels;
            other.Slice(from, (right - left) * image.Channels).CopyTo(image.Pixels[from..]);
        }

        return 1 - ((float)(bottom - top) * (right - left) / (image.Height * image.Width));
    }
}
