namespace Evenkeel.Data.Augmentation;

/// <summary>A random window of random area and proportions, brought back to the image's size with bilinear interpolation.</summary>
/// <remarks>Szegedy et al., arXiv 1409.4842, section 6. Where ten tries give no window that fits, the whole image stays.</remarks>
public sealed record RandomResizedCrop : IAugmentation
{
    /// <summary>Creates the augmentation.</summary>
    /// <param name="leastArea">The smallest share of the image that is seen, in (0, 1]. Default 0.08, the paper's; 0.25 suits small images.</param>
    /// <param name="leastAspect">The smallest height by width, in (0, 1]; the largest is its reciprocal. Default three quarters.</param>
    /// <exception cref="DatasetException">EK0313: numbers out of their ranges.</exception>
    public RandomResizedCrop(float leastArea = 0.08f, float leastAspect = 0.75f)
    {
        if (leastArea is not (> 0 and <= 1) || leastAspect is not (> 0 and <= 1))
            throw DataErrors.BadTransform(FileErrors.Text($"windows of areas from {leastArea} and aspects from {leastAspect} cannot be; both lie in (0, 1]."));
        (LeastArea, LeastAspect) = (leastArea, leastAspect);
    }

    /// <summary>The smallest share of the image that is seen.</summary>
    public float LeastArea { get; }

    /// <summary>The smallest height by width.</summary>
    public float LeastAspect { get; }

    /// <inheritdoc/>
    public void Apply(in AugmentedImage image, in SampleRandom random)
    {
        if (RandomBox.Find(image.Height, image.Width, LeastArea, 1, LeastAspect, in random, 0) is not var (top, left, height, width)) return;
        if (height == image.Height && width == image.Width) return;
        var source = image.Keep();
        int channels = image.Channels, stride = image.Width * channels;
        for (var y = 0; y < image.Height; y++)
        {
            var row = image.Row(y);
            var (upper, lower, down) = Between(y, height, image.Height, top);
            var above = source.Slice(upper * stride, stride);
            var below = source.Slice(lower * stride, stride);
            for (var x = 0; x < image.Width; x++)
            {
                var (first, second, right) = Between(x, width, image.Width, left);
                for (var c = 0; c < channels; c++)
                {
                    var (near, far) = ((first * channels) + c, (second * channels) + c);
                    var high = above[near] + (right * (above[far] - above[near]));
                    var low = below[near] + (right * (below[far] - below[near]));
                    row[(x * channels) + c] = high + (down * (low - high));
                }
            }
        }
    }

    /// <summary>The two source places around the centre of a target pixel, and how far it lies beyond the first one; at the window's edge both are the same.</summary>
    private static (int First, int Second, float Share) Between(int target, int window, int size, int start)
    {
        var place = Math.Clamp(((target + 0.5f) * window / size) - 0.5f, 0, window - 1);
        var first = (int)place;
        return (start + first, start + Math.Min(first + 1, window - 1), place - first);
    }
}
