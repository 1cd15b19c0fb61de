using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Evenkeel.Records.Files;

namespace Evenkeel.Records.Safetensors;

/// <summary>Writes a safetensors container: announce tensors and metadata in any order, then write once, streaming, without a copy of the data.</summary>
/// <remarks>
/// The bytes depend on the content alone. Metadata keys are sorted by ordinal; tensors are sorted by element size, largest first, then by name, so that every
/// tensor is aligned to its element; the header is padded with spaces so that the data begin at a multiple of 8. Not safe for several threads.
/// </remarks>
public sealed class SafetensorsWriter
{
    private const string MetadataKey = "__metadata__";
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    // The header is JSON for parsers, never markup: quotes and letters beyond ASCII stay readable.
    private static readonly JsonWriterOptions HeaderOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly SortedDictionary<string, string> metadata = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Pending> tensors = new(StringComparer.Ordinal);

    private sealed record Pending(string Name, SafetensorsDataType DataType, long[] Shape, long ByteLength, TensorContent Content);

    /// <summary>Sets a string of <c>__metadata__</c>; a key that was set before gets the new value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="RecordsException">EK0412: key or value is not well-formed Unicode.</exception>
    public SafetensorsWriter SetMetadata(string key, string value)
    {
        if (!IsWellFormed(key) || !IsWellFormed(value)) throw RecordsErrors.CannotWriteTensor("safetensors", key, "key or value is not well-formed Unicode");
        metadata[key] = value;
        return this;
    }

    /// <summary>Announces a tensor whose data a callback hands over while the file is written.</summary>
    /// <param name="name">A name that is unique in the file.</param>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The extents, outermost first; empty for a scalar.</param>
    /// <param name="content">Called once per file written; must hand over exactly the elements of the shape.</param>
    /// <exception cref="RecordsException">EK0412: the name is taken, reserved or malformed, or the shape is negative or too large.</exception>
    public SafetensorsWriter Add(string name, SafetensorsDataType type, ReadOnlySpan<long> shape, TensorContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (string.IsNullOrEmpty(name) || name == MetadataKey || !IsWellFormed(name))
            throw RecordsErrors.CannotWriteTensor("safetensors", name, $"a name must be non-empty, well-formed Unicode and not {MetadataKey}");
        long bytes = type.ElementSize();
        foreach (var extent in shape)
        {
            if (extent < 0 || (extent > 0 && bytes > long.MaxValue / extent))
                throw RecordsErrors.CannotWriteTensor("safetensors", name, $"the shape {SafetensorsEntry.FormatShape(shape.ToArray())} is negative or overflows 64 bits");
            bytes *= extent;
        }

        if (!tensors.TryAdd(name, new Pending(name, type, shape.ToArray(), bytes, content)))
            throw RecordsErrors.CannotWriteTensor("safetensors", name, "the name was announced before; names must be unique");
        return this;
    }

    /// <summary>Announces a tensor whose data lie in managed memory; they are read when the file is written.</summary>
    /// <typeparam name="T">float, double, Half or an integer type.</typeparam>
    /// <param name="name">A name that is unique in the file.</param>
    /// <param name="shape">The extents, outermost first; empty for a scalar.</param>
    /// <param name="data">The elements in row-major order.</param>
    /// <exception cref="RecordsException">EK0412: the name is taken, reserved or malformed, or shape and data differ in size (when written).</exception>
    public SafetensorsWriter Add<T>(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<T> data) where T : unmanaged =>
        Add(name, SafetensorsDataTypes.Of<T>(), shape, sink => sink.Write(data.Span));

    /// <summary>Announces a tensor whose data lie in an array; they are read when the file is written.</summary>
    /// <typeparam name="T">float, double, Half or an integer type.</typeparam>
    /// <param name="name">A name that is unique in the file.</param>
    /// <param name="shape">The extents, outermost first; empty for a scalar.</param>
    /// <param name="data">The elements in row-major order.</param>
    /// <exception cref="RecordsException">EK0412: the name is taken, reserved or malformed, or shape and data differ in size (when written).</exception>
    public SafetensorsWriter Add<T>(string name, ReadOnlySpan<long> shape, T[] data) where T : unmanaged => Add<T>(name, shape, data.AsMemory());

    /// <summary>Writes the container atomically: to a temporary file in the same folder, flushed to disk, renamed over the target.</summary>
    /// <param name="path">The target.</param>
    /// <returns>The size of the file in bytes.</returns>
    /// <exception cref="RecordsException">EK0412: a callback handed over too much, too little or another type; EK0420: the disk refused; the old file survives both.</exception>
    public long Save(string path)
    {
        long size = 0;
        AtomicFile.Write(path, stream => size = Write(stream, path));
        return size;
    }

    /// <summary>Writes the container to a stream, front to back.</summary>
    /// <param name="stream">Written forwards only; neither flushed nor closed.</param>
    /// <param name="name">What to call it in error messages.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="RecordsException">EK0412: a callback handed over too much, too little or another type.</exception>
    public long Write(Stream stream, string name = "stream")
    {
        var ordered = tensors.Values.OrderByDescending(t => t.DataType.ElementSize()).ThenBy(t => t.Name, StringComparer.Ordinal).ToArray();
        var header = new ArrayBufferWriter<byte>();
        var dataLength = WriteHeader(header, ordered);
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.WrittenCount);
        stream.Write(prefix);
        stream.Write(header.WrittenSpan);

        var sink = new TensorSink(stream, name);
        foreach (var tensor in ordered)
        {
            sink.Begin(tensor.Name, tensor.DataType, tensor.ByteLength);
            tensor.Content(sink);
            sink.End();
        }

        return 8 + header.WrittenCount + dataLength;
    }

    private long WriteHeader(ArrayBufferWriter<byte> output, Pending[] ordered)
    {
        long offset = 0;
        using var json = new Utf8JsonWriter(output, HeaderOptions);
        json.WriteStartObject();
        if (metadata.Count > 0)
        {
            json.WriteStartObject(MetadataKey);
            foreach (var (key, value) in metadata) json.WriteString(key, value);
            json.WriteEndObject();
        }

        foreach (var tensor in ordered)
        {
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", tensor.DataType.FormatName());
            json.WriteStartArray("shape");
            foreach (var extent in tensor.Shape) json.WriteNumberValue(extent);
            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(offset);
            json.WriteNumberValue(checked(offset += tensor.ByteLength));
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        if (output.WrittenCount > SafetensorsFile.MaximumHeaderLength - 8)
            throw RecordsErrors.CannotWriteTensor("safetensors", "header", RecordsErrors.Invariant($"names and metadata need {output.WrittenCount} bytes, at most {SafetensorsFile.MaximumHeaderLength} can be read back"));
        var padding = (8 - output.WrittenCount % 8) % 8;
        output.GetSpan(padding)[..padding].Fill((byte)' ');
        output.Advance(padding);
        return offset;
    }

    private static bool IsWellFormed(string text)
    {
        try
        {
            StrictUtf8.GetByteCount(text);
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
