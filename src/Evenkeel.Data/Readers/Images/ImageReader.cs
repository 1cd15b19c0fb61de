namespace Evenkeel.Data.Readers.Images;

/// <summary>Reads PNG and JPEG files, told by content and not by name.</summary>
/// <remarks>
/// PNG: all colour types, depths and interlacing; transparency is left out, 16 bits are cut to 8. JPEG: baseline, extended and progressive, 8 bits, grey or three components in any sampling; the orientation of
/// EXIF is not applied. Sizes in a header are not trusted: an image has at most 2^26 pixels.
/// </remarks>
public static class ImageReader
{
    /// <summary>The most pixels that an image may announce.</summary>
    internal const long MostPixels = 1 << 26;

    private const long MostBytes = 1 << 30;

    /// <summary>Reads a file.</summary>
    /// <param name="path">A PNG or JPEG file.</param>
    /// <exception cref="DataFileException">EK0320 unreadable, EK0341 neither PNG nor JPEG, EK0342 damaged, EK0343 of a kind that cannot be read.</exception>
    public static DecodedImage Read(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MostBytes) throw FileErrors.ImageKind(path, FileErrors.Text($"a file of {length} bytes"));
            return Decode(path, File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw FileErrors.Unreadable(path, error);
        }
    }

    /// <summary>Whether bytes start as a PNG or JPEG file does.</summary>
    /// <param name="start">At least the first 8 bytes, where there are so many.</param>
    public static bool IsImage(ReadOnlySpan<byte> start) => IsPng(start) || IsJpeg(start);

    internal static DecodedImage Decode(string path, byte[] file) =>
        IsPng(file) ? PngReader.Read(path, file)
        : IsJpeg(file) ? JpegReader.Read(path, file)
        : throw FileErrors.NoImage(path, file.AsSpan(0, Math.Min(8, file.Length)));

    /// <exception cref="DataFileException">EK0342: no pixel. EK0343: too many.</exception>
    internal static void CheckSize(string path, string kind, long height, long width)
    {
        if (height < 1 || width < 1) throw FileErrors.BadImage(path, kind, FileErrors.Text($"it announces {width} x {height} pixels"));
        if (height * width > MostPixels) throw FileErrors.ImageKind(path, FileErrors.Text($"an image of {width} x {height} pixels"));
    }

    private static bool IsPng(ReadOnlySpan<byte> start) => start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);

    private static bool IsJpeg(ReadOnlySpan<byte> start) => start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]);
}
