using Evenkeel.Data.Readers;

namespace Evenkeel.Data.Datasets;

/// <summary>CIFAR-10: 50,000 + 10,000 colour photographs of 32 x 32 in 10 classes. By A. Krizhevsky, V. Nair and G. Hinton.</summary>
/// <remarks>
/// Looked for in this order: the given folder, the folder that <c>EVENKEEL_DATA</c> names, the user's cache folder (each of them itself, or its subfolder <c>cifar10</c> or <c>cifar-10-batches-bin</c>); else downloaded into the cache and verified by SHA-256.
/// The six files of the binary version are expected; the Python version cannot be read.
/// </remarks>
public static class Cifar10
{
    /// <summary>The name on the command line and of the subfolder.</summary>
    public const string Name = "cifar10";

    /// <summary>The archive as published; six binary files are taken out of it.</summary>
    public static PinnedFile Archive { get; } = new("cifar-10-binary.tar.gz", 170_052_171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd");

    /// <summary>The mirrors that are tried, in order.</summary>
    public static IReadOnlyList<Uri> Mirrors { get; } = [new("https://www.cs.toronto.edu/~kriz/")];

    /// <summary>The classes by label.</summary>
    public static IReadOnlyList<string> ClassNames => Set.ClassNames;

    internal static CifarSet Set { get; } = new(
        Name,
        "cifar-10-batches-bin",
        [
            new("data_batch_1.bin", 30_730_000, "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
            new("data_batch_2.bin", 30_730_000, "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
            new("data_batch_3.bin", 30_730_000, "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
            new("data_batch_4.bin", 30_730_000, "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
            new("data_batch_5.bin", 30_730_000, "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
        ],
        [new("test_batch.bin", 30_730_000, "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b")],
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
        LabelBytes: 1,
        TrainRecords: 10_000,
        TestRecords: 10_000);

    /// <summary>The folder that has the files, or null where they would have to be downloaded; touches no network.</summary>
    /// <param name="dataDirectory">The folder of <c>--data</c>; null for none.</param>
    /// <exception cref="DataFileException">EK0331: a folder was given and does not have them.</exception>
    public static string? Locate(string? dataDirectory = null) => Set.Locate(dataDirectory, DataFolders.FromEnvironment, DataFolders.Cache);

    /// <summary>Finds or downloads CIFAR-10 and reads it into memory (184 MB, as bytes).</summary>
    /// <param name="dataDirectory">The folder of <c>--data</c>; null for none.</param>
    /// <param name="progress">Told about a download; never called where the files are found.</param>
    /// <param name="cancellation">Ends a download; nothing half-done stays.</param>
    /// <returns>Images <c>[32, 32, 3]</c>, channels last, with features in [0, 1].</returns>
    /// <exception cref="DataFileException">EK0320 unreadable, EK0328 a label outside the classes, EK0331 not in the given folder, EK0332 offline, EK0333 a corrupted download, EK0334 the cache cannot be written, EK0337 a file of another length, EK0338 a damaged archive.</exception>
    public static Task<DatasetParts> LoadAsync(string? dataDirectory = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default) =>
        Set.LoadAsync(new PublishedSources(dataDirectory, DataFolders.FromEnvironment, DataFolders.Cache, [Archive], Mirrors), progress, cancellation);

    /// <summary>As <see cref="LoadAsync(string?, IProgress{DownloadProgress}?, CancellationToken)"/>, waiting for the end.</summary>
    /// <param name="dataDirectory">The folder of <c>--data</c>; null for none.</param>
    /// <param name="progress">Told about a download.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="DataFileException">As LoadAsync.</exception>
    public static DatasetParts Load(string? dataDirectory = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default) =>
        LoadAsync(dataDirectory, progress, cancellation).GetAwaiter().GetResult();
}
