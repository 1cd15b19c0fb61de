using Evenkeel.Data.Readers;

namespace Evenkeel.Data.Datasets;

/// <summary>One of the CIFAR datasets as it is published: an archive with a folder of binary files.</summary>
/// <param name="Name">The name on the command line and of the subfolder.</param>
/// <param name="Folder">The folder's name inside the archive; data folders may have it by this name too.</param>
/// <param name="TrainFiles">The files of the part to train on, in order.</param>
/// <param name="TestFiles">The files of the part to test on.</param>
/// <param name="ClassNames">By label.</param>
/// <param name="LabelBytes">Label bytes per record; the last of them is the class.</param>
/// <param name="TrainRecords">Records of every file to train on.</param>
/// <param name="TestRecords">Records of every file to test on.</param>
internal sealed record CifarSet(
    string Name, string Folder, IReadOnlyList<PinnedFile> TrainFiles, IReadOnlyList<PinnedFile> TestFiles, IReadOnlyList<string> ClassNames, int LabelBytes, int TrainRecords, int TestRecords)
{
    private IEnumerable<PinnedFile> Files => TrainFiles.Concat(TestFiles);

    /// <summary>The folder that has all files; null where they would have to be downloaded.</summary>
    /// <exception cref="DataFileException">EK0331: a folder was given and does not have them.</exception>
    public string? Locate(string? given, string? environment, string cache)
    {
        if (given is not null) return In(given) ?? throw FileErrors.NotThere(Name, given, string.Join(", ", Files.Select(static file => file.Name)));
        return (environment is null ? null : In(environment)) ?? In(cache);
    }

    public async Task<DatasetParts> LoadAsync(PublishedSources sources, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        var folder = Locate(sources.Given, sources.Environment, sources.Cache);
        if (folder is null)
        {
            folder = Path.Combine(sources.Cache, Name);
            await VerifiedDownload.FetchAsync(Name, sources.Files, sources.Mirrors, folder, sources.Silence, progress, cancellation).ConfigureAwait(false);
            await VerifiedArchive.UnpackAsync(Path.Combine(folder, sources.Files[0].Name), [.. Files], folder, cancellation).ConfigureAwait(false);
        }

        return Read(Path.GetFullPath(folder));
    }

    private DatasetParts Read(string folder)
    {
        var target = TargetSpec.Classes(ClassNames);
        return new DatasetParts(Name, Part("train", TrainFiles, TrainRecords), Part("test", TestFiles, TestRecords), folder);

        Dataset Part(string part, IReadOnlyList<PinnedFile> files, int records)
        {
            var (images, labels) = CifarReader.Read([.. files.Select(file => Path.Combine(folder, file.Name))], records, LabelBytes, target.ClassCount);
            return Dataset.FromBytes(images, [CifarReader.Side, CifarReader.Side, CifarReader.Channels], labels, target, $"{Name}/{part}");
        }
    }

    private string? In(string folder) =>
        ((string[])[Path.Combine(folder, Name), Path.Combine(folder, Folder), folder]).FirstOrDefault(place => Files.All(file => File.Exists(Path.Combine(place, file.Name))));
}
