using System.Buffers.Binary;
using System.IO.Compression;

namespace Evenkeel.Data.Tests;

/// <summary>A folder of its own for each test, with what makes IDX files.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Root = Directory.CreateTempSubdirectory("evenkeel-data-").FullName;

    public string Root { get; }

    public string this[string name] => System.IO.Path.Combine(Root, name);

    public void Dispose() => Directory.Delete(Root, recursive: true);

    public string Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    public static byte[] Idx(byte type, uint[] dimensions, params byte[] data)
    {
        var bytes = new byte[4 + (4 * dimensions.Length) + data.Length];
        (bytes[2], bytes[3]) = (type, (byte)dimensions.Length);
        for (var i = 0; i < dimensions.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 + (4 * i)), dimensions[i]);
        data.CopyTo(bytes, 4 + (4 * dimensions.Length));
        return bytes;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Optimal)) stream.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>Four files: 3 + 2 images of 2x2 whose pixels count up from the label.</summary>
    public TemporaryFolder WithSet(string below = "", Func<string, string>? rename = null, bool zipped = false, byte[]? trainLabels = null)
    {
        Put("train-images-idx3-ubyte", Images(0, 1, 2));
        Put("train-labels-idx1-ubyte", trainLabels ?? Idx(8, [3], 0, 1, 2));
        Put("t10k-images-idx3-ubyte", Images(1, 3));
        Put("t10k-labels-idx1-ubyte", Idx(8, [2], 1, 3));
        return this;

        void Put(string name, byte[] bytes) => Write(System.IO.Path.Combine(below, (rename?.Invoke(name) ?? name) + (zipped ? ".gz" : "")), zipped ? Gzip(bytes) : bytes);
    }

    public static byte[] Images(params byte[] labels) =>
        Idx(8, [(uint)labels.Length, 2, 2], labels.SelectMany(l => new[] { l, (byte)(l + 1), (byte)(l + 2), (byte)(l + 3) }).ToArray());
}
