namespace Evenkeel.Data.Augmentation;

/// <summary>Mixes a training sample with another one; the target becomes a mixture of both classes in the same shares.</summary>
/// <remarks>Implementations are immutable, allocate nothing, may be called from several threads at once, and draw all that is random from the given stream. A record's own text goes into run configurations.</remarks>
public interface ISampleMixing
{
    /// <summary>Whether samples of a shape can be mixed.</summary>
    /// <param name="rank">The dimensions of a sample.</param>
    bool Takes(int rank);

    /// <summary>Mixes in place.</summary>
    /// <param name="image">The sample, changed in place; samples that are no images are one row of one channel.</param>
    /// <param name="other">The other sample, of the same shape.</param>
    /// <param name="random">The sample's random numbers.</param>
    /// <returns>The share of the sample that is still its own, 0 to 1.</returns>
    float Mix(in AugmentedImage image, ReadOnlySpan<float> other, in SampleRandom random);
}
