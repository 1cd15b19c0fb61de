using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Evenkeel.Records.Safetensors;

/// <summary>Reads a safetensors container; hostile or damaged files give a typed error, never a crash, a hang or a huge allocation.</summary>
/// <remarks>
/// Layout: 8 bytes little-endian header length, JSON header, data. Opening reads and checks the header alone; data are read on demand, straight into the
/// caller's span. All reads may be called from several threads at once.
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{
    /// <summary>The longest header that is read: 100 MB, the limit of the format's reference implementation.</summary>
    public const long MaximumHeaderLength = 100_000_000;

    private readonly SafeFileHandle? handle;
    private readonly ReadOnlyMemory<byte> memory;
    private readonly long dataStart;
    private readonly SafetensorsHeader header;

    private SafetensorsFile(string path, SafeFileHandle? handle, ReadOnlyMemory<byte> memory)
    {
        (Path, this.handle, this.memory) = (path, handle, memory);
        var length = handle is null ? memory.Length : RandomAccess.GetLength(handle);
        if (length < 8) throw RecordsErrors.Truncated(path, RecordsErrors.Invariant($"it has {length} bytes, expected at least 8 for the header length"));
        Span<byte> prefix = stackalloc byte[8];
        ReadAt(0, prefix);
        var announced = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (announced < 2 || announced > MaximumHeaderLength || announced > (ulong)(length - 8))
            throw RecordsErrors.HeaderLength(path, announced, MaximumHeaderLength, length - 8);
        var json = new byte[(int)announced];
        ReadAt(8, json);
        dataStart = 8 + (long)announced;
        header = SafetensorsHeader.Parse(path, json, length - dataStart);
    }

    /// <summary>Where the container came from.</summary>
    public string Path { get; }

    /// <summary>The strings of <c>__metadata__</c>; empty if the file has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => header.Metadata;

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Tensors => header.InFileOrder;

    /// <summary>Finds a tensor by name.</summary>
    /// <param name="name">The tensor's name; case matters.</param>
    /// <exception cref="RecordsException">EK0410: there is no such tensor.</exception>
    public SafetensorsEntry this[string name] =>
        header.Entries.TryGetValue(name, out var entry) ? entry : throw RecordsErrors.TensorMissing(Path, name, header.Entries.Keys);

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="RecordsException">EK0401..EK0409: unreadable, truncated, or not a consistent safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
            return new SafetensorsFile(path, handle, default);
        }
        catch (Exception error)
        {
            handle?.Dispose();
            if (error is IOException or UnauthorizedAccessException or NotSupportedException) throw RecordsErrors.CannotRead(path, error);
            throw;
        }
    }

    /// <summary>Reads a container that lies in memory.</summary>
    /// <param name="bytes">The whole container; it is not copied.</param>
    /// <param name="name">What to call it in error messages.</param>
    /// <exception cref="RecordsException">EK0402..EK0409: truncated, or not a consistent safetensors container.</exception>
    public static SafetensorsFile FromMemory(ReadOnlyMemory<byte> bytes, string name = "memory") => new(name, null, bytes);

    /// <summary>Whether the file holds a tensor.</summary>
    /// <param name="name">The tensor's name; case matters.</param>
    public bool Contains(string name) => header.Entries.ContainsKey(name);

    /// <summary>Reads a tensor into a span of its own element type and size; nothing is converted.</summary>
    /// <typeparam name="T">float, double, Half or an integer type, the one that the tensor is stored as.</typeparam>
    /// <param name="name">The tensor's name.</param>
    /// <param name="destination">As many elements as the tensor has, in row-major order.</param>
    /// <exception cref="RecordsException">EK0401, EK0402: unreadable; EK0410: no such tensor; EK0411: another type or size.</exception>
    public void Read<T>(string name, Span<T> destination) where T : unmanaged
    {
        var entry = this[name];
        var wanted = SafetensorsDataTypes.Of<T>();
        if (entry.DataType != wanted || entry.ElementCount != destination.Length)
            throw RecordsErrors.TensorMismatch(Path, name, entry.ToString(), RecordsErrors.Invariant($"{wanted.FormatName()} with {destination.Length} elements"));
        ReadAt(dataStart + entry.Offset, MemoryMarshal.AsBytes(destination));
        LittleEndian.Swap(destination);
    }

    /// <summary>Reads a tensor of any floating-point type as single precision; doubles are rounded, halves are exact.</summary>
    /// <param name="name">The tensor's name; stored as F16, BF16, F32 or F64.</param>
    /// <param name="destination">As many elements as the tensor has, in row-major order.</param>
    /// <exception cref="RecordsException">EK0401, EK0402: unreadable; EK0410: no such tensor; EK0411: not a floating-point type, or another size.</exception>
    public void ReadAsSingle(string name, Span<float> destination)
    {
        var entry = this[name];
        if (entry.ElementCount != destination.Length)
            throw RecordsErrors.TensorMismatch(Path, name, entry.ToString(), RecordsErrors.Invariant($"a floating-point tensor with {destination.Length} elements"));
        switch (entry.DataType)
        {
            case SafetensorsDataType.Float32:
                Read(name, destination);
                return;
            case SafetensorsDataType.Float64:
                Convert<double, FromDouble>(entry, destination);
                return;
            case SafetensorsDataType.Float16:
                Convert<Half, FromHalf>(entry, destination);
                return;
            case SafetensorsDataType.BFloat16:
                Convert<ushort, FromBFloat16>(entry, destination);
                return;
            default:
                throw RecordsErrors.TensorMismatch(Path, name, entry.ToString(), "F16, BF16, F32 or F64");
        }
    }

    /// <summary>Reads the raw little-endian bytes of a tensor of any type.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="destination">As many bytes as the tensor has.</param>
    /// <exception cref="RecordsException">EK0401, EK0402: unreadable; EK0410: no such tensor; EK0411: another size.</exception>
    public void ReadBytes(string name, Span<byte> destination)
    {
        var entry = this[name];
        if (entry.ByteLength != destination.Length)
            throw RecordsErrors.TensorMismatch(Path, name, RecordsErrors.Invariant($"{entry} with {entry.ByteLength} bytes"), RecordsErrors.Invariant($"{destination.Length} bytes"));
        ReadAt(dataStart + entry.Offset, destination);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => handle?.Dispose();

    private interface IToSingle<T>
    {
        static abstract float Convert(T value);
    }

    private readonly struct FromDouble : IToSingle<double>
    {
        public static float Convert(double value) => (float)value;
    }

    private readonly struct FromHalf : IToSingle<Half>
    {
        public static float Convert(Half value) => (float)value;
    }

    private readonly struct FromBFloat16 : IToSingle<ushort>
    {
        public static float Convert(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);
    }

    private void Convert<T, TConversion>(SafetensorsEntry entry, Span<float> destination) where T : unmanaged where TConversion : IToSingle<T>
    {
        Span<T> chunk = new T[Math.Min(destination.Length, 16 * 1024)];
        for (var done = 0; done < destination.Length; done += chunk.Length)
        {
            var part = chunk[..Math.Min(chunk.Length, destination.Length - done)];
            ReadAt(dataStart + entry.Offset + (long)done * entry.DataType.ElementSize(), MemoryMarshal.AsBytes(part));
            LittleEndian.Swap(part);
            for (var i = 0; i < part.Length; i++) destination[done + i] = TConversion.Convert(part[i]);
        }
    }

    private void ReadAt(long offset, Span<byte> destination)
    {
        if (handle is null)
        {
            memory.Span.Slice((int)offset, destination.Length).CopyTo(destination);
            return;
        }

        var missing = destination;
        while (missing.Length > 0)
        {
            int read;
            try
            {
                read = RandomAccess.Read(handle, missing, offset);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw RecordsErrors.CannotRead(Path, error);
            }

            if (read == 0) throw RecordsErrors.Truncated(Path, RecordsErrors.Invariant($"no data at byte {offset}, {missing.Length} more expected"));
            offset += read;
            missing = missing[read..];
        }
    }
}
