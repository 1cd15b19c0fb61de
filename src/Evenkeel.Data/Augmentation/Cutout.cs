namespace Evenkeel.Data.Augmentation;

/// <summary>Zeros in a square whose centre is anywhere in the image; at the border only a part of it is seen.</summary>
/// <remarks>DeVries and Taylor, arXiv 1708.04552; zeros are the mean colour, where features are standardised.</remarks>
public sealed record Cutout : IAugmentation
{
    /// <summary>Creates the augmentation.</summary>
    /// <param name="size">The side of the square in pixels, at least 1. Default 16, the paper's for CIFAR-10.</param>
    /// <exception cref="DatasetException">EK0313: less than 1.</exception>
    public Cutout(int size = 16)
    {
        if (size < 1) throw DataErrors.BadTransform(FileErrors.Text($"a square of {size} pixels cuts nothing out; give at least 1."));
        Size = size;
    }

    /// <summary>The side of the square in pixels.</summary>
    public int Size { get; }

    /// <inheritdoc/>
    public void Apply(in AugmentedImage image, in SampleRandom random)
    {
        var top = random.Below(0, image.Height) - (Size / 2);
        var left = random.Below(1, image.Width) - (Size / 2);
        Erase(in image, top, left, Size, Size);
    }

    /// <summary>Zeros in a rectangle, as far as it lies in the image.</summary>
    internal static void Erase(in AugmentedImage image, int top, int left, int height, int width)
    {
        var (first, end) = (Math.Max(0, left), Math.Min(image.Width, left + width));
        if (first >= end) return;
        for (var y = Math.Max(0, top); y < Math.Min(image.Height, top + height); y++)
            image.Row(y)[(first * image.Channels)..(end * image.Channels)].Clear();
    }
}
