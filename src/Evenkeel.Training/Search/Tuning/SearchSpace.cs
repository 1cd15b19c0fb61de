using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Evenkeel.Training.Search.Tuning;

/// <summary>The settings that a search varies.</summary>
/// <remarks>As JSON: <c>{"lr": {"from": 0.001, "to": 1, "scale": "log"}, "batch-size": {"from": 16, "to": 256, "integer": true}, "optimizer": {"choices": ["sgd", "adam"]}}</c>. Immutable and compared by value.</remarks>
public sealed class SearchSpace : IEquatable<SearchSpace>
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Creates a space.</summary>
    /// <param name="parameters">At least one, of different names.</param>
    /// <exception cref="TrainingException">EK0460: none, or a name twice.</exception>
    public SearchSpace(params IReadOnlyList<SearchParameter> parameters)
    {
        if (parameters.Count == 0) throw TuneErrors.BadSpace("", "it has no parameter");
        if (parameters.GroupBy(static parameter => parameter.Name, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1) is { } twice) throw TuneErrors.BadSpace(twice.Key, "it stands there twice");
        Parameters = [.. parameters];
    }

    /// <summary>The parameters, in order.</summary>
    public ImmutableArray<SearchParameter> Parameters { get; }

    /// <summary>Reads a space from a file.</summary>
    /// <param name="path">A JSON file; comments and commas at an end are allowed.</param>
    /// <exception cref="TrainingException">EK0460: the file cannot be read or describes no space.</exception>
    public static SearchSpace Load(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw TuneErrors.BadSpace(path, $"it cannot be read ({error.Message.TrimEnd('.')})", error);
        }
    }

    /// <summary>Reads a space from JSON text.</summary>
    /// <param name="json">A JSON object.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="TrainingException">EK0460: no such object.</exception>
    public static SearchSpace Parse(string json, string name = "text")
    {
        try
        {
            using var document = JsonDocument.Parse(json, Lenient);
            return new SearchSpace([.. document.RootElement.EnumerateObject().Select(static property => ReadParameter(property.Name, property.Value))]);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw TuneErrors.BadSpace(name, $"it could not be understood ({error.Message.TrimEnd('.')})", error);
        }
    }

    /// <summary>The space as JSON text.</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) Write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <inheritdoc/>
    public bool Equals(SearchSpace? other) => other is not null && Parameters.SequenceEqual(other.Parameters);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SearchSpace);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Parameters[0], Parameters.Length);

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var parameter in Parameters)
        {
            json.WriteStartObject(parameter.Name);
            if (parameter.IsChoice)
            {
                json.WriteStartArray("choices");
                foreach (var choice in parameter.Choices) json.WriteStringValue(choice);
                json.WriteEndArray();
            }
            else
            {
                json.WriteNumber("from", parameter.From);
                json.WriteNumber("to", parameter.To);
                if (parameter.IsLogarithmic) json.WriteString("scale", "log");
                if (parameter.IsInteger) json.WriteBoolean("integer", true);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static SearchParameter ReadParameter(string name, JsonElement json)
    {
        foreach (var property in json.EnumerateObject())
        {
            if (property.Name is not ("from" or "to" or "scale" or "integer" or "choices")) throw TuneErrors.BadSpace(name, $"'{property.Name}' is none of from, to, scale, integer, choices");
        }

        if (json.TryGetProperty("choices", out var choices))
            return SearchParameter.Choice(name, [.. choices.EnumerateArray().Select(static item => item.ValueKind == JsonValueKind.String ? item.GetString()! : item.GetRawText())]);
        var scale = json.TryGetProperty("scale", out var given) ? given.GetString() : "linear";
        if (scale is not ("linear" or "log")) throw TuneErrors.BadSpace(name, $"the scale '{scale}' is neither linear nor log");
        return SearchParameter.Number(name, json.GetProperty("from").GetDouble(), json.GetProperty("to").GetDouble(), scale == "log", json.TryGetProperty("integer", out var integer) && integer.GetBoolean());
    }
}
