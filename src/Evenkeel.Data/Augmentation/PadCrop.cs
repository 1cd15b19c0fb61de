namespace Evenkeel.Data.Augmentation;

/// <summary>What stands around an image.</summary>
public enum ImageBorder
{
    /// <summary>Zeros: the mean colour, where features are standardised.</summary>
    Zero,

    /// <summary>The image, mirrored at its outermost pixels, which are not repeated.</summary>
    Reflect,
}

/// <summary>A border of some pixels around the image, and then a random window of the old size: a translation by up to so many pixels in each direction.</summary>
/// <remarks>He et al., arXiv 1512.03385, section 4.2, with 4 pixels of zeros on CIFAR-10; Jordan, arXiv 2404.00498, with 2 mirrored ones.</remarks>
public sealed record PadCrop : IAugmentation
{
    /// <summary>Creates the augmentation.</summary>
    /// <param name="pixels">The width of the border, at least 1. Default 4.</param>
    /// <param name="border">What the border shows. Default zeros.</param>
    /// <exception cref="DatasetException">EK0313: less than 1.</exception>
    public PadCrop(int pixels = 4, ImageBorder border = ImageBorder.Zero)
    {
        if (pixels < 1) throw DataErrors.BadTransform(FileErrors.Text($"a border of {pixels} pixels moves nothing; give at least 1."));
        Pixels = pixels;
        Border = border;
    }

    /// <summary>The width of the border.</summary>
    public int Pixels { get; }

    /// <summary>What the border shows.</summary>
    public ImageBorder Border { get; }

    /// <inheritdoc/>
    public void Apply(in AugmentedImage image, in SampleRandom random)
    {
        var down = random.Below(0, (2 * Pixels) + 1) - Pixels;
        var right = random.Below(1, (2 * Pixels) + 1) - Pixels;
        if (down == 0 && right == 0) return;
        var source = image.Keep();
        var length = image.Width * image.Channels;
        for (var y = 0; y < image.Height; y++)
        {
            var from = y + down;
            if (Border == ImageBorder.Reflect) from = Mirror(from, image.Height);
            else if ((uint)from >= (uint)image.Height)
            {
                image.Row(y).Clear();
                continue;
            }

            Shift(source.Slice(from * length, length), image.Row(y), right, image.Channels);
        }
    }

    private void Shift(ReadOnlySpan<float> source, Span<float> row, int right, int channels)
    {
        var width = row.Length / channels;
        // Columns that have a pixel of the image.
        var (first, end) = (Math.Min(width, Math.Max(0, -right)), Math.Max(0, Math.Min(width, width - right)));
        if (first < end) source.Slice((first + right) * channels, (end - first) * channels).CopyTo(row[(first * channels)..]);
        Fill(source, row, 0, first, right, channels);
        Fill(source, row, Math.Max(first, end), width, right, channels);
    }

    private void Fill(ReadOnlySpan<float> source, Span<float> row, int start, int end, int right, int channels)
    {
        for (var x = start; x < end; x++)
        {
            var pixel = row.Slice(x * channels, channels);
            if (Border == ImageBorder.Zero) pixel.Clear();
            else source.Slice(Mirror(x + right, row.Length / channels) * channels, channels).CopyTo(pixel);
        }
    }

    /// <summary>Back and forth between 0 and length - 1, however far out.</summary>
    private static int Mirror(int place, int length)
    {
        if (length == 1) return 0;
        var period = 2 * (length - 1);
        place = ((place % period) + period) % period;
        return place < length ? place : period - place;
    }
}
