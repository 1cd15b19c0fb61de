namespace Evenkeel.Data.Readers.Images;

/// <summary>Brings images to another size.</summary>
public static class ImageScaling
{
    /// <summary>Resizes with bilinear interpolation; where the image shrinks, the triangle of weights widens with the scale, so that no detail folds over (antialiasing).</summary>
    /// <param name="image">The image.</param>
    /// <param name="height">At least 1.</param>
    /// <param name="width">At least 1.</param>
    /// <remarks>Target pixel i takes source pixels with weights <c>max(0, 1 - |j + 1/2 - (i + 1/2) s| / max(1, s))</c>, s the scale, divided by their sum; rows and columns one after the other, in float, rounded once.</remarks>
    public static DecodedImage Resize(DecodedImage image, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (height == image.Height && width == image.Width) return image;
        var (source, channels) = (image.Pixels, image.Channels);
        var columns = Weights(image.Width, width);
        var rows = Weights(image.Height, height);
        var narrow = new float[image.Height * width * channels];
        for (var y = 0; y < image.Height; y++)
        {
            var from = source.Span.Slice(y * image.Width * channels, image.Width * channels);
            for (var x = 0; x < width; x++)
            {
                for (var c = 0; c < channels; c++)
                {
                    var sum = 0f;
                    for (var j = 0; j < columns[x].Values.Length; j++) sum += columns[x].Values[j] * from[((columns[x].First + j) * channels) + c];
                    narrow[(((y * width) + x) * channels) + c] = sum;
                }
            }
        }

        var pixels = new byte[height * width * channels];
        var line = new float[width * channels];
        for (var y = 0; y < height; y++)
        {
            Array.Clear(line);
            for (var j = 0; j < rows[y].Values.Length; j++)
            {
                var weight = rows[y].Values[j];
                var from = narrow.AsSpan((rows[y].First + j) * line.Length, line.Length);
                for (var i = 0; i < line.Length; i++) line[i] += weight * from[i];
            }

            for (var i = 0; i < line.Length; i++) pixels[(y * line.Length) + i] = (byte)Math.Clamp(MathF.Round(line[i]), 0, 255);
        }

        return new DecodedImage(height, width, channels, pixels);
    }

    /// <summary>The middle of an image, <c>[height, width]</c>; neither may be larger than the image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="height">1 to the image's.</param>
    /// <param name="width">1 to the image's.</param>
    public static DecodedImage CropCentre(DecodedImage image, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)(height - 1), (uint)(image.Height - 1), nameof(height));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)(width - 1), (uint)(image.Width - 1), nameof(width));
        if (height == image.Height && width == image.Width) return image;
        var (top, left) = ((image.Height - height) / 2, (image.Width - width) / 2);
        var pixels = new byte[height * width * image.Channels];
        var length = width * image.Channels;
        for (var y = 0; y < height; y++) image.Pixels.Span.Slice((((top + y) * image.Width) + left) * image.Channels, length).CopyTo(pixels.AsSpan(y * length));
        return new DecodedImage(height, width, image.Channels, pixels);
    }

    /// <summary>Resizes so that the image just covers a size, keeping its proportions, and takes the middle.</summary>
    /// <param name="image">The image.</param>
    /// <param name="height">At least 1.</param>
    /// <param name="width">At least 1.</param>
    public static DecodedImage Cover(DecodedImage image, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(image);
        var scale = Math.Max((double)height / image.Height, (double)width / image.Width);
        var resized = Resize(image, Math.Max(height, (int)Math.Round(image.Height * scale)), Math.Max(width, (int)Math.Round(image.Width * scale)));
        return CropCentre(resized, height, width);
    }

    private static (int First, float[] Values)[] Weights(int source, int target)
    {
        var scale = (double)source / target;
        var reach = Math.Max(1, scale);
        var weights = new (int, float[])[target];
        for (var i = 0; i < target; i++)
        {
            var centre = (i + 0.5) * scale;
            var first = Math.Max(0, (int)Math.Ceiling(centre - reach - 0.5));
            var last = Math.Min(source - 1, (int)Math.Floor(centre + reach - 0.5));
            var values = new double[last - first + 1];
            for (var j = 0; j < values.Length; j++) values[j] = Math.Max(0, 1 - (Math.Abs(first + j + 0.5 - centre) / reach));
            var sum = values.Sum();
            weights[i] = (first, Array.ConvertAll(values, value => (float)(value / sum)));
        }

        return weights;
    }
}
