namespace Evenkeel.Data.Augmentation;

/// <summary>Mirrors left and right, at random in every epoch.</summary>
public sealed record HorizontalFlip : IAugmentation
{
    /// <summary>Creates the augmentation.</summary>
    /// <param name="probability">How likely a flip is, in [0, 1]. Default a half.</param>
    /// <exception cref="DatasetException">EK0313: no probability.</exception>
    public HorizontalFlip(float probability = 0.5f)
    {
        if (probability is not (>= 0 and <= 1)) throw DataErrors.BadTransform(FileErrors.Text($"a flip with probability {probability} cannot be; give a number in [0, 1]."));
        Probability = probability;
    }

    /// <summary>How likely a flip is.</summary>
    public float Probability { get; }

    /// <inheritdoc/>
    public void Apply(in AugmentedImage image, in SampleRandom random)
    {
        if (random.Uniform(0) < Probability) Mirror(in image);
    }

    /// <summary>Mirrors an image, whatever chance says.</summary>
    /// <param name="image">Changed in place.</param>
    public static void Mirror(in AugmentedImage image)
    {
        var channels = image.Channels;
        for (var y = 0; y < image.Height; y++)
        {
            var row = image.Row(y);
            for (int left = 0, right = row.Length - channels; left < right; left += channels, right -= channels)
            {
                for (var c = 0; c < channels; c++) (row[left + c], row[right + c]) = (row[right + c], row[left + c]);
            }
        }
    }
}
