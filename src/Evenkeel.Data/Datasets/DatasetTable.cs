using System.Collections.Immutable;
using Evenkeel.Data.Readers;

namespace Evenkeel.Data.Datasets;

/// <summary>Loads a dataset by its name.</summary>
/// <param name="folder">Where its files are to be looked for; null for the usual places.</param>
/// <param name="progress">Told about a download.</param>
/// <param name="cancellation">Ends the loading early.</param>
public delegate Task<DatasetParts> DatasetFactory(string? folder, IProgress<DownloadProgress>? progress, CancellationToken cancellation);

/// <summary>The datasets by their names on the command line; any folder of IDX files or of labelled images is one too.</summary>
/// <remarks>All members may be called from any thread.</remarks>
public static class DatasetTable
{
    private static ImmutableSortedDictionary<string, DatasetFactory> entries = ImmutableSortedDictionary.Create<string, DatasetFactory>(StringComparer.Ordinal)
        .Add(Cifar10.Name, Cifar10.LoadAsync)
        .Add(Cifar100.Name, Cifar100.LoadAsync)
        .Add(Glyphs.Name, static (_, _, _) => Task.FromResult(Glyphs.Load()))
        .Add(Mnist.Name, Mnist.LoadAsync);

    /// <summary>All names, sorted.</summary>
    public static IEnumerable<string> Names => entries.Keys;

    /// <summary>Loads a dataset.</summary>
    /// <param name="name">A name of the table; else a folder of IDX files or of labelled images, or the name of such a folder inside <paramref name="folder"/> or the folder that <c>EVENKEEL_DATA</c> names.</param>
    /// <param name="folder">Where files are to be looked for; null for the usual places.</param>
    /// <param name="progress">Told about a download.</param>
    /// <param name="cancellation">Ends the loading early.</param>
    /// <param name="images">How a folder of labelled images is read; null for the defaults.</param>
    /// <exception cref="DatasetException">EK0335: neither a name nor such a folder.</exception>
    /// <exception cref="DataFileException">EK0320..EK0346: files are missing or damaged, or a download failed.</exception>
    public static Task<DatasetParts> LoadAsync(string name, string? folder = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default, ImageFolderOptions? images = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (entries.TryGetValue(name, out var factory)) return factory(folder, progress, cancellation);
        foreach (var root in (string?[])["", folder, folder is null ? DataFolders.FromEnvironment : null])
        {
            if (root is null || name.Length == 0) continue;
            var path = Path.Combine(root, name);
            if (Directory.Exists(path)) return Task.FromResult(!IdxFolder.Exists(path) && ImageFolder.Exists(path) ? ImageFolder.Load(path, images, cancellation: cancellation) : IdxFolder.Load(path));
        }

        throw DataErrors.UnknownDataset(name, entries.Keys);
    }

    /// <summary>Adds a dataset of your own.</summary>
    /// <param name="name">Its name on the command line.</param>
    /// <param name="factory">Loads it.</param>
    /// <exception cref="DatasetException">EK0336: the name is taken.</exception>
    public static void Register(string name, DatasetFactory factory)
    {
        if (!ImmutableInterlocked.Update(ref entries, static (table, entry) => table.ContainsKey(entry.name) ? table : table.Add(entry.name, entry.factory), (name, factory)))
            throw DataErrors.NameTaken(nameof(DatasetTable), name);
    }
}
