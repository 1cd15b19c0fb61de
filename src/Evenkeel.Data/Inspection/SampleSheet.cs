using Evenkeel.Data.Datasets;

namespace Evenkeel.Data.Inspection;

/// <summary>A picture of sample images: one row per class with its first samples, or rows of the first samples where there are no classes.</summary>
public static class SampleSheet
{
    private const int Gap = 2;
    private const int MostRows = 64;

    // Datasets whose labels are sorted or rare are searched this far, so that a sheet of a large one stays quick.
    private const int MostSearched = 200_000;

    /// <summary>Whether samples of a shape can be shown as images: <c>[H, W]</c>, <c>[H, W, 1]</c>, <c>[H, W, 3]</c>, or a flat square such as <c>[784]</c>.</summary>
    /// <param name="shape">A sample's shape.</param>
    public static bool CanShow(SampleShape shape) => ImageOf(shape) is not null;

    /// <summary>Writes the sheet as a PNG file.</summary>
    /// <param name="dataset">Untransformed, features are expected in [0, 1]; others are stretched from the sample's range to it.</param>
    /// <param name="stream">Receives the file.</param>
    /// <param name="perRow">Images per row. Default 20.</param>
    /// <exception cref="DatasetException">EK0314: the samples are no images.</exception>
    public static void WritePng(Dataset dataset, Stream stream, int perRow = 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perRow, 1);
        var (height, width, channels) = ImageOf(dataset.Shape) ?? throw DataErrors.NotImages(dataset.Name, dataset.Shape.ToString());
        var rows = Choose(dataset, perRow);
        int sheetWidth = (perRow * (width + Gap)) + Gap, sheetHeight = (rows.Count * (height + Gap)) + Gap;
        var sheet = new byte[checked(sheetWidth * sheetHeight * channels)];
        sheet.AsSpan().Fill(64);
        var features = new float[dataset.Shape.Length];
        for (var row = 0; row < rows.Count; row++)
        {
            for (var column = 0; column < rows[row].Count; column++)
            {
                dataset.Read(rows[row][column], features);
                Stretch(features);
                for (var y = 0; y < height; y++)
                {
                    var target = sheet.AsSpan((((Gap + (row * (height + Gap)) + y) * sheetWidth) + Gap + (column * (width + Gap))) * channels, width * channels);
                    for (var x = 0; x < target.Length; x++) target[x] = (byte)((Math.Clamp(features[(y * width * channels) + x], 0, 1) * 255) + 0.5f);
                }
            }
        }

        PngWriter.Write(stream, sheet, sheetWidth, sheetHeight, channels);
    }

    private static List<List<int>> Choose(Dataset dataset, int perRow)
    {
        if (dataset.Target.Kind == TargetKind.Values)
            return [.. Enumerable.Range(0, Math.Min(dataset.Count, perRow * 10)).Chunk(perRow).Select(row => row.ToList())];
        var rows = Enumerable.Range(0, Math.Min(MostRows, dataset.Target.ClassCount)).Select(_ => new List<int>(perRow)).ToList();
        var left = rows.Count * perRow;
        for (var i = 0; i < Math.Min(dataset.Count, MostSearched) && left > 0; i++)
        {
            var label = dataset.ReadLabel(i);
            if (label >= rows.Count || rows[label].Count == perRow) continue;
            rows[label].Add(i);
            left--;
        }

        return rows;
    }

    private static void Stretch(Span<float> features)
    {
        float least = float.PositiveInfinity, most = float.NegativeInfinity;
        foreach (var feature in features) (least, most) = (Math.Min(least, feature), Math.Max(most, feature));
        if (least >= 0 && most <= 1) return;
        var scale = most > least ? 1 / (most - least) : 0;
        foreach (ref var feature in features) feature = (feature - least) * scale;
    }

    private static (int Height, int Width, int Channels)? ImageOf(SampleShape shape)
    {
        if (shape.Rank == 3 && shape[2] is 1 or 3) return (shape[0], shape[1], shape[2]);
        if (shape.Rank == 2) return (shape[0], shape[1], 1);
        var side = (int)Math.Sqrt(shape.Length);
        return shape.Rank == 1 && side > 1 && side * side == shape.Length ? (side, side, 1) : null;
    }
}
