using System.Text.Json;

namespace Evenkeel.Records.RunLog;

/// <summary>The fields of one event; each access checks that the field is there and of its kind.</summary>
internal readonly struct RunLogFields
{
    private readonly long line;
    private readonly JsonElement element;

    public RunLogFields(string path, long line, JsonElement element)
    {
        (Path, this.line, this.element) = (path, line, element);
        Kind = "?";
        Kind = Text("event");
    }

    private RunLogFields(string path, long line, JsonElement element, string kind) => (Path, this.line, this.element, Kind) = (path, line, element, kind);

    public string Path { get; }

    public string Kind { get; }

    public void CheckSchema()
    {
        var name = OptionalText("schema");
        long? version = element.TryGetProperty("version", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
        if (name != RunLogSchema.Name || version != RunLogSchema.Version)
            throw RecordsErrors.LogVersion(Path, RecordsErrors.Invariant($"'{name ?? "none"}' version {(object?)version ?? "none"}"));
    }

    public long Integer(string name) =>
        Required(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) && number >= 0 ? number : throw Wrong(name, "a non-negative integer");

    public int Small(string name) =>
        Required(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number >= 0 ? number : throw Wrong(name, "a non-negative integer below 2^31");

    public ulong Seed(string name) =>
        Required(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetUInt64(out var number) ? number : throw Wrong(name, "an integer from 0 to 2^64 - 1");

    public double Number(string name) => ToNumber(Required(name)) ?? throw Wrong(name, "a number");

    public double? OptionalNumber(string name) => Optional(name) is { } value ? ToNumber(value) ?? throw Wrong(name, "a number") : null;

    public string Text(string name) => ToText(Required(name)) ?? throw Wrong(name, "a string");

    public string? OptionalText(string name) => Optional(name) is { } value ? ToText(value) ?? throw Wrong(name, "a string") : null;

    public bool Flag(string name) => Optional(name)?.ValueKind switch
    {
        null or JsonValueKind.False => false,
        JsonValueKind.True => true,
        _ => throw Wrong(name, "true or false"),
    };

    public DateTimeOffset Time(string name) =>
        Required(name) is { ValueKind: JsonValueKind.String } value && value.TryGetDateTimeOffset(out var time) ? time : throw Wrong(name, "a time in ISO 8601");

    public string Raw(string name) => Required(name).GetRawText();

    public RunLogFields Object(string name) =>
        Required(name) is { ValueKind: JsonValueKind.Object } value ? new RunLogFields(Path, line, value, Kind) : throw Wrong(name, "an object");

    public IReadOnlyList<MetricValue>? Metrics(string name)
    {
        if (Optional(name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Object) throw Wrong(name, "an object of numbers");
        var metrics = new List<MetricValue>();
        foreach (var property in value.EnumerateObject())
        {
            string metric;
            try
            {
                metric = property.Name;
            }
            catch (InvalidOperationException)
            {
                throw Wrong(name, "an object whose names are well-formed Unicode");
            }

            metrics.Add(new MetricValue(metric, ToNumber(property.Value) ?? throw Wrong(name, "an object of numbers")));
        }

        return metrics;
    }

    private JsonElement Required(string name) => Optional(name) ?? throw RecordsErrors.LogField(Path, line, Kind, name, "is missing");

    private JsonElement? Optional(string name) => element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static double? ToNumber(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number) return value.TryGetDouble(out var number) ? number : null;
        if (value.ValueKind != JsonValueKind.String) return null;
        return value.ValueEquals("NaN") ? double.NaN
            : value.ValueEquals("Infinity") ? double.PositiveInfinity
            : value.ValueEquals("-Infinity") ? double.NegativeInfinity
            : null;
    }

    private static string? ToText(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair.
            return null;
        }
    }

    private RecordsException Wrong(string name, string expected) => RecordsErrors.LogField(Path, line, Kind, name, $"is not {expected}");
}
