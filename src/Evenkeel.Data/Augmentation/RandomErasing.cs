namespace Evenkeel.Data.Augmentation;

/// <summary>Zeros, at random, in a rectangle of random area and proportions that lies wholly in the image.</summary>
/// <remarks>Zhong et al., arXiv 1708.04896, with the paper's numbers; zeros are the mean colour, where features are standardised.</remarks>
public sealed record RandomErasing : IAugmentation
{
    /// <summary>Creates the augmentation.</summary>
    /// <param name="probability">How likely it is, in [0, 1]. Default a half.</param>
    /// <param name="leastArea">The smallest share of the image, above 0. Default 0.02.</param>
    /// <param name="mostArea">The largest share, below 1. Default 0.4.</param>
    /// <param name="leastAspect">The smallest height by width, in (0, 1]; the largest is its reciprocal. Default 0.3.</param>
    /// <exception cref="DatasetException">EK0313: numbers out of their ranges.</exception>
    public RandomErasing(float probability = 0.5f, float leastArea = 0.02f, float mostArea = 0.4f, float leastAspect = 0.3f)
    {
        if (probability is not (>= 0 and <= 1) || !(leastArea > 0 && leastArea <= mostArea && mostArea < 1) || leastAspect is not (> 0 and <= 1))
            throw DataErrors.BadTransform(FileErrors.Text($"erasing with probability {probability}, areas {leastArea} to {mostArea} and aspects from {leastAspect} cannot be; the probability lies in [0, 1], areas in (0, 1), the least aspect in (0, 1]."));
        (Probability, LeastArea, MostArea, LeastAspect) = (probability, leastArea, mostArea, leastAspect);
    }

    /// <summary>How likely it is.</summary>
    public float Probability { get; }

    /// <summary>The smallest share of the image.</summary>
    public float LeastArea { get; }

    /// <summary>The largest share.</summary>
    public float MostArea { get; }

    /// <summary>The smallest height by width.</summary>
    public float LeastAspect { get; }

    /// <inheritdoc/>
    public void Apply(in AugmentedImage image, in SampleRandom random)
    {
        if (random.Uniform(0) >= Probability) return;
        if (RandomBox.Find(image.Height, image.Width, LeastArea, MostArea, LeastAspect, in random, 1) is var (top, left, height, width)) Cutout.Erase(in image, top, left, height, width);
    }
}
