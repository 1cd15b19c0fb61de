using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Evenkeel.Records.Safetensors;

/// <summary>Reads a header that nobody vouches for: every claim in it is checked before anything is sized by it.</summary>
internal sealed class SafetensorsHeader
{
    private const string MetadataKey = "__metadata__";

    private readonly string path;
    private readonly long dataLength;
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SafetensorsEntry> entries = new(StringComparer.Ordinal);

    private SafetensorsHeader(string path, long dataLength) => (this.path, this.dataLength) = (path, dataLength);

    public IReadOnlyDictionary<string, string> Metadata => metadata;

    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => entries;

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> InFileOrder { get; private set; } = [];

    public static SafetensorsHeader Parse(string path, ReadOnlySpan<byte> json, long dataLength)
    {
        if (!Utf8.IsValid(json)) throw RecordsErrors.HeaderJson(path, "a byte sequence that is not UTF-8");
        if (json[0] != (byte)'{') throw RecordsErrors.HeaderJson(path, $"it begins with byte 0x{json[0]:x2} instead of '{{'");
        var header = new SafetensorsHeader(path, dataLength);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
            reader.Read();
            header.ReadTop(ref reader);
            while (reader.Read())
            {
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how the reader reports an escaped half of a surrogate pair.
            throw RecordsErrors.HeaderJson(path, error.Message.TrimEnd('.'), error);
        }

        header.CheckLayout();
        return header;
    }

    private void ReadTop(ref Utf8JsonReader reader)
    {
        var sawMetadata = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name == MetadataKey)
            {
                if (sawMetadata) throw RecordsErrors.DuplicateName(path, "key", name);
                sawMetadata = true;
                ReadMetadata(ref reader);
            }
            else
            {
                var entry = ReadEntry(name, ref reader);
                if (!entries.TryAdd(name, entry)) throw RecordsErrors.DuplicateName(path, "tensor", name);
            }
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw RecordsErrors.HeaderStructure(path, MetadataKey, Describe(reader.TokenType), "an object of strings");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                throw RecordsErrors.HeaderStructure(path, $"metadata value '{RecordsErrors.Shorten(key)}'", Describe(reader.TokenType), "a string");
            if (!metadata.TryAdd(key, reader.GetString()!)) throw RecordsErrors.DuplicateName(path, "metadata key", key);
        }
    }

    private SafetensorsEntry ReadEntry(string name, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw RecordsErrors.HeaderStructure(path, $"tensor '{RecordsErrors.Shorten(name)}'", Describe(reader.TokenType), "an object with dtype, shape and data_offsets");
        string? type = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.GetString()!;
            reader.Read();
            var again = field switch { "dtype" => type is not null, "shape" => shape is not null, "data_offsets" => offsets is not null, _ => false };
            if (again) throw RecordsErrors.DuplicateName(path, $"tensor '{RecordsErrors.Shorten(name)}': field", field);
            switch (field)
            {
                case "dtype":
                    if (reader.TokenType != JsonTokenType.String) throw Field(name, field, Describe(reader.TokenType), "a string");
                    type = reader.GetString()!;
                    break;
                case "shape":
                    shape = ReadNumbers(name, field, ref reader);
                    break;
                case "data_offsets":
                    offsets = ReadNumbers(name, field, ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (type is null) throw Field(name, "dtype", "missing", "a string");
        if (shape is null) throw Field(name, "shape", "missing", "an array of non-negative integers");
        if (offsets is null) throw Field(name, "data_offsets", "missing", "an array of two offsets");
        if (!SafetensorsDataTypes.TryParse(type, out var dataType)) throw RecordsErrors.UnknownDataType(path, name, type);
        return CheckEntry(name, dataType, shape, offsets);
    }

    private List<long> ReadNumbers(string name, string field, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw Field(name, field, Describe(reader.TokenType), "an array of non-negative integers");
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
            {
                var came = reader.TokenType == JsonTokenType.Number ? RecordsErrors.Shorten(Encoding.UTF8.GetString(reader.ValueSpan)) : Describe(reader.TokenType);
                throw RecordsErrors.Shape(path, name, $"{came} in its {field}", "integers from 0 to 2^63 - 1");
            }

            numbers.Add(number);
        }

        return numbers;
    }

    private SafetensorsEntry CheckEntry(string name, SafetensorsDataType type, List<long> shape, List<long> offsets)
    {
        if (offsets.Count != 2)
            throw RecordsErrors.Offsets(path, name, RecordsErrors.Invariant($"{offsets.Count} data_offsets"), "two, begin and end");
        var (begin, end) = (offsets[0], offsets[1]);
        if (begin > end || end > dataLength)
            throw RecordsErrors.Offsets(path, name, RecordsErrors.Invariant($"the data_offsets [{begin}, {end}]"), RecordsErrors.Invariant($"begin <= end <= {dataLength}, the size of the data part"));
        long bytes = type.ElementSize();
        try
        {
            foreach (var extent in shape) bytes = checked(bytes * extent);
        }
        catch (OverflowException)
        {
            throw RecordsErrors.Shape(path, name, "a shape whose size in bytes overflows 64 bits", "a shape that fits its data");
        }

        if (bytes != end - begin)
            throw RecordsErrors.Shape(path, name, RecordsErrors.Invariant($"{end - begin} bytes of data"), RecordsErrors.Invariant($"{bytes} for {type.FormatName()} and its shape of {shape.Count} extents"));
        return new SafetensorsEntry(name, type, shape, begin, bytes);
    }

    /// <summary>The data must be covered once: no hole, no overlap, nothing behind the last tensor.</summary>
    private void CheckLayout()
    {
        var ordered = entries.Values.OrderBy(e => e.Offset).ThenBy(e => e.ByteLength).ThenBy(e => e.Name, StringComparer.Ordinal).ToArray();
        long expected = 0;
        foreach (var entry in ordered)
        {
            if (entry.Offset != expected)
            {
                var kind = entry.Offset < expected ? "an overlap with" : "a hole behind";
                throw RecordsErrors.Offsets(path, entry.Name, RecordsErrors.Invariant($"{kind} the tensor before it (begin {entry.Offset})"), RecordsErrors.Invariant($"begin {expected}"));
            }

            expected += entry.ByteLength;
        }

        if (expected != dataLength)
            throw RecordsErrors.Offsets(path, ordered.LastOrDefault()?.Name ?? "(none)", RecordsErrors.Invariant($"{dataLength - expected} stray bytes behind it, the last one"), "the end of the file");
        InFileOrder = ordered;
    }

    private RecordsException Field(string tensor, string field, string came, string expected) =>
        RecordsErrors.HeaderStructure(path, $"field '{field}' of tensor '{RecordsErrors.Shorten(tensor)}'", came, expected);

    private static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a truth value",
        JsonTokenType.Null => "null",
        _ => token.ToString(),
    };
}
