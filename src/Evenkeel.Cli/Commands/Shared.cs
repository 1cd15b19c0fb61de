using System.CommandLine;
using Evenkeel.Cli.Output;
using Evenkeel.Cli.Parsing;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Readers;

namespace Evenkeel.Cli.Commands;

/// <summary>Options and steps that several verbs have.</summary>
internal static class Shared
{
    public static Option<bool> Json() => Options.Flag("--json", "Print one JSON object on the last line of standard output.");

    public static Option<string?> Data() => Options.Text("--data", "Folder of the dataset's files; default $EVENKEEL_DATA, then the user's cache, then a download.", "DIR");

    public static Option<int?> Threads() => Options.Integer("--threads", "Threads; default all cores. Never changes a bit of the result.", 1, 1024);

    public static Option<int?> ImageSize() => Options.Integer("--image-size", "Height and width that the images of a folder are brought to; default the size that all of them have.", 1, 4096);

    public static Task<DatasetParts> LoadAsync(string dataset, string? folder, Terminal terminal, CancellationToken cancellation, ImageFolderOptions? images = null) =>
        DatasetTable.LoadAsync(dataset, folder, new DownloadProgressLine(terminal.Error, terminal.IsErrorLive), cancellation, images);

    /// <summary>Whether a word that could be the name of a model means a file or folder, be it there or not.</summary>
    public static bool IsPath(string word) => Path.Exists(word) || word.AsSpan().ContainsAny('/', '\\') || word.EndsWith(".safetensors", StringComparison.Ordinal);

    /// <summary>How a folder of images is read for a size on the command line.</summary>
    public static ImageFolderOptions? Images(int? size) => size is { } side ? new ImageFolderOptions { Size = (side, side) } : null;

    /// <summary>How a folder of images is read for a network that was trained on images of a shape.</summary>
    public static ImageFolderOptions? Images(SampleShape? shape) => shape is { Rank: 3 } ? new ImageFolderOptions { Size = (shape[0], shape[1]), Channels = shape[2] is 1 or 3 ? shape[2] : null } : null;
}
