using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace Evenkeel.Lab.Runs;

/// <summary>Finished runs by their keys, in a folder: a killed experiment goes on where it was, and experiments share runs.</summary>
/// <remarks>One file per run, <c>runs/KIND/HASH.json</c>, written atomically. A file that is damaged or belongs to another key counts as missing. All members may be called from any thread.</remarks>
public sealed class RunStore
{
    private readonly ConcurrentDictionary<string, RunResult> _known = new(StringComparer.Ordinal);
    private readonly string? _folder;

    /// <summary>Opens a store.</summary>
    /// <param name="folder">Its folder, which exists; null to keep runs in memory alone.</param>
    public RunStore(string? folder = null) => _folder = folder is null ? null : Path.Combine(folder, "runs");

    /// <summary>A finished run; null where there is none.</summary>
    /// <param name="key">Its key.</param>
    public RunResult? Find(RunKey key)
    {
        var text = key.ToString();
        if (_known.TryGetValue(text, out var known)) return known;
        if (_folder is null || Read(PathOf(key), key) is not { } read) return null;
        return _known.GetOrAdd(text, read);
    }

    /// <summary>Keeps a run.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="result">What it gave.</param>
    /// <exception cref="LabException">EK0703: the folder cannot be written.</exception>
    public void Save(RunKey key, RunResult result)
    {
        _known[key.ToString()] = result;
        if (_folder is null) return;
        LabFolder.Write(PathOf(key), stream => Write(stream, key, result));
    }

    private string PathOf(RunKey key) => Path.Combine(_folder!, key.Kind, key.Hash + ".json");

    private static void Write(Stream stream, RunKey key, RunResult result)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString("kind", key.Kind);
        json.WriteStartObject("settings");
        foreach (var (name, value) in key.Settings) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteNumber("seconds", result.Seconds);
        json.WriteStartObject("series");
        foreach (var (name, values) in result.Series)
        {
            json.WritePropertyName(name);
            json.WriteRawValue($"[{string.Join(',', values.Select(static value => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "null"))}]");
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static RunResult? Read(string path, RunKey key)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            var found = new RunKey(root.GetProperty("kind").GetString()!, 0);
            var settings = root.GetProperty("settings").EnumerateObject().Select(static property => (property.Name, property.Value.GetString()!));
            if (found.Kind != key.Kind || !settings.SequenceEqual(key.Settings)) return null;
            var series = root.GetProperty("series").EnumerateObject().ToDictionary(
                static property => property.Name,
                static property => property.Value.EnumerateArray().Select(static value => value.ValueKind == JsonValueKind.Null ? double.NaN : value.GetDouble()).ToArray(),
                StringComparer.Ordinal);
            return new RunResult(series, root.GetProperty("seconds").GetDouble());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // Missing, cut or edited: the run is made again, which is always right.
            return null;
        }
    }
}
