using System.Runtime.InteropServices;

namespace Evenkeel.Records.Safetensors;

/// <summary>Hands a tensor's data to the sink, in one piece or many, in row-major order.</summary>
/// <param name="sink">Takes spans of the tensor's element type.</param>
public delegate void TensorContent(TensorSink sink);

/// <summary>Takes the data of one tensor while a file is written, and checks that type and size are those announced.</summary>
public sealed class TensorSink
{
    private readonly Stream stream;
    private readonly string path;
    private string name = "";
    private SafetensorsDataType type;
    private long missing;

    internal TensorSink(Stream stream, string path) => (this.stream, this.path) = (stream, path);

    /// <summary>Writes the next elements.</summary>
    /// <typeparam name="T">The C# type of the tensor's element type.</typeparam>
    /// <param name="elements">The next elements in row-major order; they are not kept.</param>
    /// <exception cref="RecordsException">EK0412: another type, or more elements than announced.</exception>
    public void Write<T>(ReadOnlySpan<T> elements) where T : unmanaged
    {
        if (SafetensorsDataTypes.Of<T>() is var came && came != type)
            throw RecordsErrors.CannotWriteTensor(path, name, $"it is {type.FormatName()}, but {came.FormatName()} data came");
        if (BitConverter.IsLittleEndian)
        {
            WriteBytes(MemoryMarshal.AsBytes(elements));
            return;
        }

        var swapped = elements.ToArray();
        LittleEndian.Swap<T>(swapped);
        WriteBytes(MemoryMarshal.AsBytes<T>(swapped));
    }

    /// <summary>Writes the next elements as raw little-endian bytes, for types that C# has no name for.</summary>
    /// <param name="bytes">The next bytes; they are not kept.</param>
    /// <exception cref="RecordsException">EK0412: more bytes than announced.</exception>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > missing) throw RecordsErrors.CannotWriteTensor(path, name, RecordsErrors.Invariant($"{bytes.Length} bytes of data came, but its shape leaves room for {missing}"));
        stream.Write(bytes);
        missing -= bytes.Length;
    }

    internal void Begin(string tensor, SafetensorsDataType dataType, long bytes) => (name, type, missing) = (tensor, dataType, bytes);

    internal void End()
    {
        if (missing != 0) throw RecordsErrors.CannotWriteTensor(path, name, RecordsErrors.Invariant($"{missing} bytes of data fewer came than its shape says"));
    }
}
