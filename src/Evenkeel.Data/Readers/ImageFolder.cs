using Evenkeel.Data.Datasets;
using Evenkeel.Data.Readers.Images;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Data.Readers;

/// <summary>How an <see cref="ImageFolder"/> is read.</summary>
public sealed record ImageFolderOptions
{
    /// <summary>Height and width that all images are brought to: resized to just cover them, and cut to the middle. Null (default) for the size that all of them have.</summary>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>1 for grey, 3 for colours; null (default) for grey where all images are grey.</summary>
    public int? Channels { get; init; }
}

/// <summary>Reads a folder of labelled images: <c>FOLDER/class/*.png|jpg|jpeg</c>, or <c>FOLDER/train/class/...</c> with <c>FOLDER/test/class/...</c> or <c>FOLDER/val/class/...</c>.</summary>
/// <remarks>
/// Classes are the subfolders by order of name (ordinal), samples the files by order of class and name. Without a part to test on, a fifth of the samples, chosen by a fixed seed, is held out for it.
/// Images are decoded once, by all cores, and kept as bytes.
/// </remarks>
public static class ImageFolder
{
    private const int TestPart = 5;
    private static readonly string[] TestNames = ["test", "val"];
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg"];

    /// <summary>Whether a folder has at least one class folder with an image; opens no file.</summary>
    /// <param name="folder">Need not exist.</param>
    public static bool Exists(string folder) => Directory.Exists(folder) && (HasClasses(folder) || HasClasses(Path.Combine(folder, "train")));

    /// <summary>Reads both parts.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">Size and channels; null for those of the images.</param>
    /// <param name="name">Null: the folder's name.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <exception cref="DataFileException">EK0320 unreadable, EK0341 a file that is no image, EK0342 a damaged one, EK0343 one of another kind, EK0344 no images, EK0345 images of several sizes and no size given, EK0346 the parts do not fit together.</exception>
    public static DatasetParts Load(string folder, ImageFolderOptions? options = null, string? name = null, CancellationToken cancellation = default)
    {
        folder = Path.GetFullPath(folder);
        name ??= Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        options ??= new ImageFolderOptions();
        var trainFolder = Path.Combine(folder, "train");
        var isSplit = HasClasses(trainFolder);
        var training = Listing.Of(isSplit ? trainFolder : folder, null);
        if (!isSplit)
        {
            if (training.Files.Length < TestPart) throw FileErrors.NoImages(folder, FileErrors.Text($"only {training.Files.Length} images"));
            var all = Read(name, training, options, cancellation);
            var (rest, held) = all.HoldOut(all.Count / TestPart, seed: 0);
            return new DatasetParts(name, rest, held, folder);
        }

        var testFolder = TestNames.Select(part => Path.Combine(folder, part)).FirstOrDefault(HasClasses)
            ?? throw FileErrors.NoImages(folder, "images in train, but none in test or val");
        var test = Listing.Of(testFolder, training.Classes);
        var first = Read(name + "/train", training, options, cancellation);
        // What the training images decided holds for the others too.
        return new DatasetParts(name, first, Read(name + "/test", test, new ImageFolderOptions { Size = (first.Shape[0], first.Shape[1]), Channels = first.Shape[2] }, cancellation), folder);
    }

    private static bool HasClasses(string folder) => Directory.Exists(folder) && Folders(folder).Any(static inner => Images(inner).Any());

    private static IEnumerable<string> Folders(string folder) => List(folder, static path => Directory.EnumerateDirectories(path));

    private static IEnumerable<string> Images(string folder) =>
        List(folder, static path => Directory.EnumerateFiles(path)).Where(static file => Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase));

    private static string[] List(string folder, Func<string, IEnumerable<string>> list)
    {
        try
        {
            return [.. list(folder).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unreadable(folder, error);
        }
    }

    private static Dataset Read(string name, Listing listing, ImageFolderOptions options, CancellationToken cancellation)
    {
        var decoding = new Decoding(listing.Files, options.Size, cancellation);
        using (var team = WorkTeam.Lease(0)) team.Run(decoding, listing.Files.Length);
        decoding.ThrowIfFailed();
        var images = decoding.Images;
        for (var i = 1; i < images.Length; i++)
        {
            if (images[i].Height != images[0].Height || images[i].Width != images[0].Width)
                throw FileErrors.ImageSizes(listing.Files[0], $"{images[0].Width} x {images[0].Height}", listing.Files[i], $"{images[i].Width} x {images[i].Height}");
        }

        var channels = options.Channels ?? images.Max(static image => image.Channels);
        SampleShape shape = [images[0].Height, images[0].Width, channels];
        var bytes = new byte[checked(images.Length * shape.Length)];
        for (var i = 0; i < images.Length; i++) images[i].WithChannels(channels).Pixels.Span.CopyTo(bytes.AsSpan(i * shape.Length));
        return Dataset.FromBytes(bytes, shape, listing.Labels, TargetSpec.Classes(listing.Classes), name);
    }

    /// <summary>The files of one part with their classes.</summary>
    private sealed record Listing(string[] Files, int[] Labels, string[] Classes)
    {
        public static Listing Of(string folder, string[]? classes)
        {
            var (files, labels) = (new List<string>(), new List<int>());
            var inner = Folders(folder).Where(static path => Images(path).Any()).ToArray();
            var own = classes ?? [.. inner.Select(static path => Path.GetFileName(path)!)];
            foreach (var path in inner)
            {
                var label = Array.IndexOf(own, Path.GetFileName(path));
                if (label < 0) throw FileErrors.StrangeClass(path, string.Join(", ", own));
                foreach (var file in Images(path))
                {
                    files.Add(file);
                    labels.Add(label);
                }
            }

            return new Listing([.. files], [.. labels], own);
        }
    }

    /// <summary>Decodes files, a piece each; of several errors that of the first file counts.</summary>
    private sealed class Decoding(string[] files, (int Height, int Width)? size, CancellationToken cancellation) : PieceJob
    {
        private readonly Exception?[] _failures = new Exception?[files.Length];

        public DecodedImage[] Images { get; } = new DecodedImage[files.Length];

        public override void Run(int piece, int worker)
        {
            if (cancellation.IsCancellationRequested) return;
            try
            {
                var image = ImageReader.Read(files[piece]);
                Images[piece] = size is var (height, width) ? ImageScaling.Cover(image, height, width) : image;
            }
            catch (Exception error)
            {
                _failures[piece] = error;
            }
        }

        public void ThrowIfFailed()
        {
            cancellation.ThrowIfCancellationRequested();
            if (Array.Find(_failures, static failure => failure is not null) is { } first) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }
    }
}
