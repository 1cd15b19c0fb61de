namespace Evenkeel.Data.Augmentation;

/// <summary>Changes brightness, contrast and saturation at random, for standardised features.</summary>
/// <remarks>
/// In this order: all features plus b with b in [-brightness, brightness]; away from the image's mean by a factor in [1 - contrast, 1 + contrast]; away from the pixel's own grey, the mean of its channels,
/// by a factor in [1 - saturation, 1 + saturation]. Howard, arXiv 1312.5402, with standardised features in place of pixels and a fixed order.
/// </remarks>
public sealed record ColorJitter : IAugmentation
{
    /// <summary>Creates the augmentation.</summary>
    /// <param name="brightness">In deviations, from 0 on. Default 0.4.</param>
    /// <param name="contrast">In [0, 1]. Default 0.4.</param>
    /// <param name="saturation">In [0, 1]; images of one channel have none. Default 0.4.</param>
    /// <exception cref="DatasetException">EK0313: numbers out of their ranges.</exception>
    public ColorJitter(float brightness = 0.4f, float contrast = 0.4f, float saturation = 0.4f)
    {
        if (!(brightness >= 0 && float.IsFinite(brightness)) || contrast is not (>= 0 and <= 1) || saturation is not (>= 0 and <= 1))
            throw DataErrors.BadTransform(FileErrors.Text($"a jitter of brightness {brightness}, contrast {contrast} and saturation {saturation} cannot be; brightness is a number from 0 on, the others lie in [0, 1]."));
        (Brightness, Contrast, Saturation) = (brightness, contrast, saturation);
    }

    /// <summary>How far brightness goes, in deviations.</summary>
    public float Brightness { get; }

    /// <summary>How far contrast goes from 1.</summary>
    public float Contrast { get; }

    /// <summary>How far saturation goes from 1.</summary>
    public float Saturation { get; }

    /// <inheritdoc/>
    public void Apply(in AugmentedImage image, in SampleRandom random)
    {
        var brightness = random.Uniform(0, -Brightness, Brightness);
        var contrast = random.Uniform(1, 1 - Contrast, 1 + Contrast);
        var saturation = random.Uniform(2, 1 - Saturation, 1 + Saturation);
        var pixels = image.Pixels;
        var channels = image.Channels;
        var sum = 0.0;
        foreach (var value in pixels) sum += value;
        var mean = (float)(sum / pixels.Length);
        var shift = brightness + (mean * (1 - contrast));
        for (var i = 0; i < pixels.Length; i += channels)
        {
            var pixel = pixels.Slice(i, channels);
            var grey = 0f;
            foreach (ref var value in pixel)
            {
                value = (value * contrast) + shift;
                grey += value;
            }

            if (channels == 1) continue;
            grey /= channels;
            foreach (ref var value in pixel) value = grey + (saturation * (value - grey));
        }
    }
}
