namespace Evenkeel.Data.Augmentation;

/// <summary>Mirrors left and right in every second epoch: a coin decides for each sample whether in the even or in the odd ones, so that two epochs show both sides of every image.</summary>
/// <remarks>Jordan, arXiv 2404.00498, section 3.6.</remarks>
public sealed record AlternatingFlip : IAugmentation
{
    /// <inheritdoc/>
    public void Apply(in AugmentedImage image, in SampleRandom random)
    {
        if (random.CoinOfSample(0) == ((random.Epoch & 1) == 0)) HorizontalFlip.Mirror(in image);
    }
}
