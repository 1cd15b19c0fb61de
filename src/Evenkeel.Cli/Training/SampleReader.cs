using System.Globalization;
using Evenkeel.Cli.Output;
using Evenkeel.Data.Readers;

namespace Evenkeel.Cli.Training;

/// <summary>Reads samples to predict: an IDX file (plain or gzip), or text with one sample per line.</summary>
/// <remarks>Bytes of IDX files become <c>byte / 255</c>, as everywhere; numbers of text are taken as they are. Text is split at commas, semicolons and white space; lines that start with # are comments.</remarks>
internal static class SampleReader
{
    private static readonly char[] Separators = [',', ';', ' ', '\t'];

    /// <summary>Sample after sample, <c>[N, features]</c>.</summary>
    /// <param name="source">A file, or <c>-</c> for the text on standard input.</param>
    /// <param name="features">Numbers per sample.</param>
    /// <param name="input">Standard input.</param>
    public static float[] Read(string source, int features, TextReader input)
    {
        if (source == "-") return ReadText(source, input, features);
        if (IsIdx(source))
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
            throw CliErrors.BadSamples(source, $"it cannot be read ({error.Message.TrimEnd('.')})", "an IDX file or a text with one sample per line", error);
        }
    }

    private static bool IsIdx(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> start = stackalloc byte[2];
            return file.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start is [0, 0] or [0x1F, 0x8B];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CliErrors.BadSamples(path, $"it cannot be read ({error.Message.TrimEnd('.')})", "an IDX file or a text with one sample per line", error);
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
