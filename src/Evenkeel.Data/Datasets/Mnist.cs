using Evenkeel.Data.Readers;

namespace Evenkeel.Data.Datasets;

/// <summary>MNIST: 60,000 + 10,000 handwritten digits, grey, 28x28. By Y. LeCun, C. Cortes and C. Burges.</summary>
/// <remarks>
/// Looked for in this order: the given folder, the folder that <c>EVENKEEL_DATA</c> names, the user's cache folder (each of them itself, or its subfolder <c>mnist</c>); else downloaded into the cache and verified by SHA-256.
/// The four files are told by their names, plain or <c>.gz</c>; see <see cref="IdxFolder"/>.
/// </remarks>
public static class Mnist
{
    /// <summary>The name on the command line and of the subfolder.</summary>
    public const string Name = "mnist";

    /// <summary>Mean of all training pixels, in [0, 1].</summary>
    public const double PixelMean = 0.130660;

    /// <summary>Deviation of all training pixels, in [0, 1].</summary>
    public const double PixelDeviation = 0.308108;

    /// <summary>The four files as published.</summary>
    public static IReadOnlyList<PinnedFile> Files { get; } =
    [
        new("train-images-idx3-ubyte.gz", 9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
        new("train-labels-idx1-ubyte.gz", 28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
        new("t10k-images-idx3-ubyte.gz", 1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
        new("t10k-labels-idx1-ubyte.gz", 4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
    ];

    /// <summary>The mirrors that are tried, in order.</summary>
    public static IReadOnlyList<Uri> Mirrors { get; } =
    [
        new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
    ];

    /// <summary>The folder that has the four files, or null where they would have to be downloaded; touches no network.</summary>
    /// <param name="dataDirectory">The folder of <c>--data</c>; null for none.</param>
    /// <exception cref="DataFileException">EK0331: a folder was given and does not have them.</exception>
    public static string? Locate(string? dataDirectory = null) => Locate(dataDirectory, DataFolders.FromEnvironment, DataFolders.Cache);

    /// <summary>Finds or downloads MNIST and reads it into memory (55 MB, as bytes).</summary>
    /// <param name="dataDirectory">The folder of <c>--data</c>; null for none.</param>
    /// <param name="progress">Told about a download; never called where the files are found.</param>
    /// <param name="cancellation">Ends a download; nothing half-done stays.</param>
    /// <returns>Images <c>[28, 28, 1]</c> with features in [0, 1] and 10 classes.</returns>
    /// <exception cref="DataFileException">EK0331 not in the given folder, EK0332 offline, EK0333 a corrupted download, EK0334 the cache cannot be written, and those of <see cref="IdxFolder.Load"/>.</exception>
    public static Task<DatasetParts> LoadAsync(string? dataDirectory = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default) =>
        LoadAsync(new PublishedSources(dataDirectory, DataFolders.FromEnvironment, DataFolders.Cache, Files, Mirrors), progress, cancellation);

    /// <summary>As <see cref="LoadAsync(string?, IProgress{DownloadProgress}?, CancellationToken)"/>, waiting for the end.</summary>
    /// <param name="dataDirectory">The folder of <c>--data</c>; null for none.</param>
    /// <param name="progress">Told about a download.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="DataFileException">As LoadAsync.</exception>
    public static DatasetParts Load(string? dataDirectory = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default) =>
        LoadAsync(dataDirectory, progress, cancellation).GetAwaiter().GetResult();

    internal static async Task<DatasetParts> LoadAsync(PublishedSources sources, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        var folder = Locate(sources.Given, sources.Environment, sources.Cache);
        if (folder is null)
        {
            folder = Path.Combine(sources.Cache, Name);
            await VerifiedDownload.FetchAsync(Name, sources.Files, sources.Mirrors, folder, sources.Silence, progress, cancellation).ConfigureAwait(false);
        }

        return IdxFolder.Load(folder, Name, TargetSpec.Classes(10));
    }

    internal static string? Locate(string? given, string? environment, string cache)
    {
        if (given is not null) return In(given) ?? throw FileErrors.NotThere(Name, given, string.Join(", ", Files.Select(f => f.Name)) + " (or the same without .gz)");
        return (environment is null ? null : In(environment)) ?? In(cache);
    }

    // The subfolder first: a folder of several datasets may hold foreign IDX files beside it.
    private static string? In(string folder)
    {
        var inner = Path.Combine(folder, Name);
        return IdxFolder.Exists(inner) ? inner : IdxFolder.Exists(folder) ? folder : null;
    }
}
