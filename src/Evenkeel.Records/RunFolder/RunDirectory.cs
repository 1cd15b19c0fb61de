using System.Globalization;
using System.Text;
using System.Text.Json;
using Evenkeel.Records.Files;

namespace Evenkeel.Records.RunFolder;

/// <summary>The folder of one run: resolved configuration, run log, checkpoints and result.</summary>
/// <remarks>Layout: <c>config.json</c>, <c>log.jsonl</c>, <c>checkpoints/last.safetensors</c>, <c>checkpoints/best.safetensors</c>, <c>result.json</c>.</remarks>
public sealed class RunDirectory
{
    private const int LargestJson = 64 * 1024 * 1024;

    private RunDirectory(string path) => Path = path;

    /// <summary>The folder, as an absolute path.</summary>
    public string Path { get; }

    /// <summary>The resolved configuration, <c>config.json</c>.</summary>
    public string ConfigurationPath => In("config.json");

    /// <summary>The run log, <c>log.jsonl</c>.</summary>
    public string LogPath => In("log.jsonl");

    /// <summary>The folder of the checkpoints.</summary>
    public string CheckpointFolder => In("checkpoints");

    /// <summary>The newest checkpoint, with all that resuming needs.</summary>
    public string LastCheckpointPath => In("checkpoints", "last.safetensors");

    /// <summary>The checkpoint of the best validation.</summary>
    public string BestCheckpointPath => In("checkpoints", "best.safetensors");

    /// <summary>The result of a finished run, <c>result.json</c>.</summary>
    public string ResultPath => In("result.json");

    /// <summary>Creates a run folder under a name of the caller's.</summary>
    /// <param name="path">The folder; it must not exist or be empty.</param>
    /// <exception cref="RecordsException">EK0440: it exists and is not empty; EK0441: it cannot be created or written.</exception>
    public static RunDirectory Create(string path) => TryCreate(path) ?? throw RecordsErrors.FolderExists(path);

    /// <summary>Throws where <see cref="Create"/> would find a folder in use, before anything was loaded or computed.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="RecordsException">EK0440: it exists and is not empty.</exception>
    public static void RequireFree(string path)
    {
        if (IsTaken(path)) throw RecordsErrors.FolderExists(path);
    }

    /// <summary>Creates a fresh run folder named by time and title, <c>20260720-140322-mnist-mlp</c>; if that is taken, <c>-2</c>, <c>-3</c> and so on follow.</summary>
    /// <param name="parent">The folder of all runs; created if missing.</param>
    /// <param name="title">What the run is; letters and digits are kept, all else becomes a dash.</param>
    /// <param name="now">The time for the name.</param>
    /// <exception cref="RecordsException">EK0441: it cannot be created or written.</exception>
    public static RunDirectory CreateFresh(string parent, string title, DateTimeOffset now)
    {
        foreach (var candidate in FreshNames(parent, title, now))
        {
            if (TryCreate(candidate) is { } created) return created;
        }

        throw new System.Diagnostics.UnreachableException();
    }

    /// <summary>The folder that <see cref="CreateFresh"/> would create, for those who leave the creation to a trainer.</summary>
    /// <param name="parent">The folder of all runs.</param>
    /// <param name="title">What the run is.</param>
    /// <param name="now">The time for the name.</param>
    public static string FreshPath(string parent, string title, DateTimeOffset now) =>
        System.IO.Path.GetFullPath(FreshNames(parent, title, now).First(static path => !System.IO.Path.Exists(path)));

    /// <summary>Opens the folder of an earlier run.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="RecordsException">EK0442: it is missing or has no <c>config.json</c>.</exception>
    public static RunDirectory Open(string path)
    {
        if (!Directory.Exists(path)) throw RecordsErrors.NotARunFolder(path, "the folder");
        var run = new RunDirectory(System.IO.Path.GetFullPath(path));
        return File.Exists(run.ConfigurationPath) ? run : throw RecordsErrors.NotARunFolder(path, "config.json");
    }

    /// <summary>Whether a folder looks like a run folder.</summary>
    /// <param name="path">The folder.</param>
    public static bool IsRunFolder(string path) => File.Exists(System.IO.Path.Combine(path, "config.json"));

    /// <summary>Writes the resolved configuration atomically.</summary>
    /// <param name="json">One JSON object.</param>
    /// <exception cref="RecordsException">EK0443: not one JSON object; EK0420: the disk refused.</exception>
    public void WriteConfiguration(string json) => WriteObject(ConfigurationPath, json);

    /// <summary>Reads the resolved configuration.</summary>
    /// <exception cref="RecordsException">EK0401: unreadable; EK0443: not one JSON object.</exception>
    public string ReadConfiguration() => ReadObject(ConfigurationPath);

    /// <summary>Writes the result atomically.</summary>
    /// <param name="json">One JSON object.</param>
    /// <exception cref="RecordsException">EK0443: not one JSON object; EK0420: the disk refused.</exception>
    public void WriteResult(string json) => WriteObject(ResultPath, json);

    /// <summary>Reads the result of a finished run; null if there is none.</summary>
    /// <exception cref="RecordsException">EK0401: unreadable; EK0443: not one JSON object.</exception>
    public string? ReadResult() => File.Exists(ResultPath) ? ReadObject(ResultPath) : null;

    /// <summary>Removes temporary files that a killed process left; call it when resuming, while nobody else writes here.</summary>
    /// <returns>How many files were removed.</returns>
    public int RemoveLeftovers() =>
        AtomicFile.RemoveLeftovers(ConfigurationPath) + AtomicFile.RemoveLeftovers(ResultPath)
        + AtomicFile.RemoveLeftovers(LastCheckpointPath) + AtomicFile.RemoveLeftovers(BestCheckpointPath);

    private static IEnumerable<string> FreshNames(string parent, string title, DateTimeOffset now)
    {
        var stamp = now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var slug = Slug(title);
        var name = System.IO.Path.Combine(parent, slug.Length == 0 ? stamp : $"{stamp}-{slug}");
        yield return name;
        for (var attempt = 2; ; attempt++) yield return RecordsErrors.Invariant($"{name}-{attempt}");
    }

    private static RunDirectory? TryCreate(string path)
    {
        try
        {
            var run = new RunDirectory(System.IO.Path.GetFullPath(path));
            if (IsTaken(run.Path)) return null;
            Directory.CreateDirectory(run.CheckpointFolder);
            try
            {
                // The log file is the claim: of two processes that come here at once, one creates it and the other moves on.
                using (new FileStream(run.LogPath, FileMode.CreateNew, FileAccess.Write))
                {
                }
            }
            catch (IOException) when (File.Exists(run.LogPath))
            {
                return null;
            }

            return run;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw RecordsErrors.FolderUnwritable(path, error);
        }
    }

    private static bool IsTaken(string path) => File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any());

    private static string Slug(string title)
    {
        var slug = new StringBuilder();
        foreach (var c in title)
        {
            if (slug.Length == 60) break;
            if (char.IsAsciiLetterOrDigit(c)) slug.Append(char.ToLowerInvariant(c));
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }

        return slug.ToString().Trim('-');
    }

    private static void WriteObject(string path, string json)
    {
        CheckObject(path, json);
        AtomicFile.WriteText(path, json.EndsWith('\n') ? json : json + "\n");
    }

    private static string ReadObject(string path)
    {
        string json;
        try
        {
            if (new FileInfo(path).Length > LargestJson) throw RecordsErrors.FolderFile(path, RecordsErrors.Invariant($"it is larger than {LargestJson} bytes"));
            json = File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RecordsErrors.CannotRead(path, error);
        }

        CheckObject(path, json);
        return json;
    }

    private static void CheckObject(string path, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw RecordsErrors.FolderFile(path, $"it is of the kind {document.RootElement.ValueKind}");
        }
        catch (JsonException error)
        {
            throw RecordsErrors.FolderFile(path, error.Message.TrimEnd('.'), error);
        }
    }

    private string In(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);
}
