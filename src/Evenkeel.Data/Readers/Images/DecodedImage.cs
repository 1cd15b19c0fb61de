namespace Evenkeel.Data.Readers.Images;

/// <summary>The pixels of an image file: bytes <c>[Height, Width, Channels]</c>, channels last.</summary>
public sealed class DecodedImage
{
    internal DecodedImage(int height, int width, int channels, byte[] pixels)
    {
        Height = height;
        Width = width;
        Channels = channels;
        Pixels = pixels;
    }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>1 for grey, 3 for red, green and blue.</summary>
    public int Channels { get; }

    /// <summary>Row by row, channels last.</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    /// <summary>The image with so many channels: grey is repeated, colours become their luma <c>(299 R + 587 G + 114 B) / 1000</c> (ITU-R BT.601).</summary>
    /// <param name="channels">1 or 3.</param>
    public DecodedImage WithChannels(int channels)
    {
        if (channels is not (1 or 3)) throw new ArgumentOutOfRangeException(nameof(channels), channels, "An image has 1 or 3 channels.");
        if (channels == Channels) return this;
        var source = Pixels.Span;
        var count = Height * Width;
        var pixels = new byte[count * channels];
        for (var i = 0; i < count; i++)
        {
            if (channels == 1) pixels[i] = (byte)(((299 * source[3 * i]) + (587 * source[(3 * i) + 1]) + (114 * source[(3 * i) + 2]) + 500) / 1000);
            else pixels.AsSpan(3 * i, 3).Fill(source[i]);
        }

        return new DecodedImage(Height, Width, channels, pixels);
    }
}
