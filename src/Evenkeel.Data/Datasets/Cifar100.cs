using Evenkeel.Data.Readers;

namespace Evenkeel.Data.Datasets;

/// <summary>CIFAR-100: 50,000 + 10,000 colour photographs of 32 x 32 in 100 classes; the coarse classes of the files are not used. By A. Krizhevsky, V. Nair and G. Hinton.</summary>
/// <remarks>
/// Looked for in this order: the given folder, the folder that <c>EVENKEEL_DATA</c> names, the user's cache folder (each of them itself, or its subfolder <c>cifar100</c> or <c>cifar-100-binary</c>); else downloaded into the cache and verified by SHA-256.
/// The two files of the binary version are expected; the Python version cannot be read.
/// </remarks>
public static class Cifar100
{
    /// <summary>The name on the command line and of the subfolder.</summary>
    public const string Name = "cifar100";

    /// <summary>The archive as published; two binary files are taken out of it.</summary>
    public static PinnedFile Archive { get; } = new("cifar-100-binary.tar.gz", 168_513_733, "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec");

    /// <summary>The mirrors that are tried, in order.</summary>
    public static IReadOnlyList<Uri> Mirrors { get; } = [new("https://www.cs.toronto.edu/~kriz/")];

    /// <summary>The fine classes by label.</summary>
    public static IReadOnlyList<string> ClassNames => Set.ClassNames;

    internal static CifarSet Set { get; } = new(
        Name,
        "cifar-100-binary",
        [new("train.bin", 153_700_000, "f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29")],
        [new("test.bin", 30_740_000, "d8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a")],
        [
            "apple", "aquarium_fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle", "bottle",
            "bowl", "boy", "bridge", "bus", "butterfly", "camel", "can", "castle", "caterpillar", "cattle",
            "chair", "chimpanzee", "clock", "cloud", "cockroach", "couch", "crab", "crocodile", "cup", "dinosaur",
            "dolphin", "elephant", "flatfish", "forest", "fox", "girl", "hamster", "house", "kangaroo", "keyboard",
            "lamp", "lawn_mower", "leopard", "lion", "lizard", "lobster", "man", "maple_tree", "motorcycle", "mountain",
            "mouse", "mushroom", "oak_tree", "orange", "orchid", "otter", "palm_tree", "pear", "pickup_truck", "pine_tree",
            "plain", "plate", "poppy", "porcupine", "possum", "rabbit", "raccoon", "ray", "road", "rocket",
            "rose", "sea", "seal", "shark", "shrew", "skunk", "skyscraper", "snail", "snake", "spider",
            "squirrel", "streetcar", "sunflower", "sweet_pepper", "table", "tank", "telephone", "television", "tiger", "tractor",
            "train", "trout", "tulip", "turtle", "wardrobe", "whale", "willow_tree", "wolf", "woman", "worm",
        ],
        LabelBytes: 2,
        TrainRecords: 50_000,
        TestRecords: 10_000);

    /// <summary>The folder that has the files, or null where they would have to be downloaded; touches no network.</summary>
    /// <param name="dataDirectory">The folder of <c>--data</c>; null for none.</param>
    /// <exception cref="DataFileException">EK0331: a folder was given and does not have them.</exception>
    public static string? Locate(string? dataDirectory = null) => Set.Locate(dataDirectory, DataFolders.FromEnvironment, DataFolders.Cache);

    /// <summary>Finds or downloads CIFAR-100 and reads it into memory (184 MB, as bytes).</summary>
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
