namespace Evenkeel.Data.Readers;

/// <summary>Reads binary CIFAR files: records of label bytes and 3,072 pixel bytes (the red, green and blue planes of 32 x 32, row by row) into pixels <c>[N, 32, 32, 3]</c>, channels last.</summary>
/// <remarks>A. Krizhevsky, Learning multiple layers of features from tiny images, 2009. CIFAR-10 has one label byte per record; CIFAR-100 has two, the coarse class and then the fine one, which is taken.</remarks>
internal static class CifarReader
{
    public const int Side = 32;
    public const int Channels = 3;
    public const int Pixels = Side * Side;
    public const int ImageBytes = Pixels * Channels;

    /// <summary>Reads several files of one part, one after the other.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="records">Records that every file has.</param>
    /// <param name="labelBytes">Label bytes per record; the last of them is the class.</param>
    /// <param name="classes">Classes that there are.</param>
    /// <exception cref="DataFileException">EK0320 unreadable, EK0328 a label outside the classes, EK0337 another length than that of the records.</exception>
    public static (byte[] Images, int[] Labels) Read(IReadOnlyList<string> paths, int records, int labelBytes, int classes)
    {
        var images = new byte[checked(paths.Count * records * ImageBytes)];
        var labels = new int[paths.Count * records];
        var buffer = new byte[labelBytes + ImageBytes];
        for (var f = 0; f < paths.Count; f++)
        {
            try
            {
                using var file = new FileStream(paths[f], FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
                var expected = (long)records * buffer.Length;
                if (file.Length != expected) throw FileErrors.CifarLength(paths[f], file.Length, expected, records, buffer.Length);
                for (var r = 0; r < records; r++)
                {
                    var at = (f * records) + r;
                    file.ReadExactly(buffer);
                    labels[at] = buffer[labelBytes - 1];
                    if (labels[at] >= classes) throw FileErrors.Label(paths[f], r, labels[at], classes);
                    Interleave(buffer.AsSpan(labelBytes), images.AsSpan(at * ImageBytes, ImageBytes));
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw FileErrors.Unreadable(paths[f], error);
            }
        }

        return (images, labels);
    }

    private static void Interleave(ReadOnlySpan<byte> planes, Span<byte> image)
    {
        for (var i = 0; i < Pixels; i++)
        {
            for (var channel = 0; channel < Channels; channel++) image[(Channels * i) + channel] = planes[(Pixels * channel) + i];
        }
    }
}
