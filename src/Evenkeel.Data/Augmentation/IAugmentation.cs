namespace Evenkeel.Data.Augmentation;

/// <summary>A random change of an image that keeps its class and its shape; applied to training samples alone, after the transforms.</summary>
/// <remarks>
/// Implementations are immutable, allocate nothing in <see cref="Apply"/>, may be called from several threads at once, and draw all that is random from the given stream:
/// then a sample's image is a function of seed, epoch and index, whatever the threads, the batches and the interruptions.
/// A record's own text goes into run configurations, so every option should be one of its properties.
/// </remarks>
public interface IAugmentation
{
    /// <summary>Changes an image in place.</summary>
    /// <param name="image">The pixels, their shape, and memory to work in.</param>
    /// <param name="random">The sample's random numbers for this augmentation.</param>
    void Apply(in AugmentedImage image, in SampleRandom random);
}

/// <summary>One image that is being changed.</summary>
public readonly ref struct AugmentedImage
{
    /// <summary>Names the parts.</summary>
    /// <param name="pixels"><c>[height, width, channels]</c>, changed in place.</param>
    /// <param name="scratch">As many floats to work in; what it holds means nothing.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="channels">Floats per pixel.</param>
    public AugmentedImage(Span<float> pixels, Span<float> scratch, int height, int width, int channels)
    {
        Pixels = pixels;
        Scratch = scratch;
        Height = height;
        Width = width;
        Channels = channels;
    }

    /// <summary><c>[Height, Width, Channels]</c>.</summary>
    public Span<float> Pixels { get; }

    /// <summary>As many floats to work in.</summary>
    public Span<float> Scratch { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Floats per pixel.</summary>
    public int Channels { get; }

    /// <summary>One row of pixels.</summary>
    /// <param name="y">0..Height-1.</param>
    public Span<float> Row(int y) => Pixels.Slice(y * Width * Channels, Width * Channels);

    /// <summary>Copies the pixels into the scratch memory and returns it: the image as it was.</summary>
    public ReadOnlySpan<float> Keep()
    {
        Pixels.CopyTo(Scratch);
        return Scratch;
    }
}
