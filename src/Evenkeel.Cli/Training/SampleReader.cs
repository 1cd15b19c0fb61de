using System.Globalization;
using Evenkeel.Cli.Output;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Readers;
using Evenkeel.Data.Readers.Images;

namespace Evenkeel.Cli.Training;

/// <summary>Reads samples to predict: a PNG or JPEG file, an IDX file (plain or gzip), or text with one sample per line.</summary>
/// <remarks>An image is brought to the network's size and channels as those of an image folder. Bytes of images and IDX files become <c>byte / 255</c>, as everywhere; numbers of text are taken as they are. Text is split at commas, semicolons and white space; lines that start with # are comments.</remarks>
internal static class SampleReader
{
    private static readonly char[] Separators = [',', ';', ' ', '\t'];

    /// <summary>Sample after sample, <c>[N, features]</c>.</summary>
    /// <param name="source">A file, or <c>-</c> for the text on standard input.</param>
    /// <param name="features">Numbers per sample.</param>
    /// <param name="shape">The samples' shape; null where it is not known.</param>
    /// <param name="input">Standard input.</param>
    public static float[] Read(string source, int features, SampleShape? shape, TextReader input)
    {
        if (source == "-") return ReadText(source, input, features);
        var start = Start(source);
        if (ImageReader.IsImage(start)) return ReadImage(source, shape);
        if (start is [0, 0, ..] or [0x1F, 0x8B, ..])
        {
            var file = IdxReader.Read(source);
            var length = file.Dimensions[1..].ToArray().Aggregate(1L, static (product, size) => product * size);
            if (length != features) throw CliErrors.BadSamples(source, Words.Invariant($"its samples have {length} numbers"), Words.Invariant($"{features}, as the network was trained with"));
            var values = file.ToSingles();
            if (file.ElementType != IdxElementType.UnsignedByte) return values;
            foreach (ref var value in values.AsSpan()) value /= 255;
            return values;
        }

        try
        {
            using var reader = new StreamReader(source);
            return ReadText(source, reader, features);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CliErrors.BadSamples(source, $"it cannot be read ({error.Message.TrimEnd('.')})", "an image, an IDX file or a text with one sample per line", error);
        }
    }

    private static float[] ReadImage(string source, SampleShape? shape)
    {
        if (shape is not ({ Rank: 2 } or { Rank: 3, Channels: 1 or 3 })) throw CliErrors.BadSamples(source, "it is an image", $"samples of {shape?.ToString() ?? "no known shape"}, as the network was trained with");
        var image = ImageScaling.Cover(ImageReader.Read(source), shape[0], shape[1]).WithChannels(shape.Rank == 2 ? 1 : shape.Channels);
        return Array.ConvertAll(image.Pixels.ToArray(), static value => value / 255f);
    }

    private static byte[] Start(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var start = new byte[8];
            return start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CliErrors.BadSamples(path, $"it cannot be read ({error.Message.TrimEnd('.')})", "an image, an IDX file or a text with one sample per line", error);
        }
    }

    private static float[] ReadText(string source, TextReader reader, int features)
    {
        var values = new List<float>();
        var row = 0;
        while (reader.ReadLine() is { } line)
        {
            row++;
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith('#')) continue;
            var words = line.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length != features) throw CliErrors.BadSamples(source, Words.Invariant($"line {row} has {words.Length} numbers"), Words.Invariant($"{features}, as the network was trained with"));
            foreach (var word in words)
            {
                if (!float.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !float.IsFinite(value))
                    throw CliErrors.BadSamples(source, Words.Invariant($"line {row} has '{Shorten(word)}'"), "finite numbers, with a point for the decimals");
                values.Add(value);
            }
        }

        return values.Count > 0 ? [.. values] : throw CliErrors.BadSamples(source, "it has no sample", "at least one line of numbers");
    }

    private static string Shorten(string word) => string.Concat(word.Take(40).Select(static letter => char.IsControl(letter) ? '?' : letter));
}
