using System.Buffers.Binary;
using System.IO.Compression;

namespace Evenkeel.Data.Readers;

/// <summary>Reads IDX files, plain or packed with gzip (told by content, not by name), as MNIST is published in.</summary>
/// <remarks>
/// Layout, big-endian: two zero bytes, element type, number of dimensions, the dimensions as 32-bit integers, the numbers row-major.
/// A header is never trusted: nothing is allocated that the file's own length cannot back.
/// </remarks>
public static class IdxReader
{
    private const int FirstChunk = 1 << 16;

    // Deflate packs 258 bytes into two bits at best: 1032 to 1.
    private const long BestGzipRatio = 1032;

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Header and numbers.</returns>
    /// <exception cref="DataFileException">EK0320 unreadable, EK0321 foreign, EK0322 cut off, EK0323 too long, EK0324 impossible dimensions, EK0325 unknown element type, EK0326 damaged gzip.</exception>
    public static IdxFile Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            Span<byte> start = stackalloc byte[2];
            var length = file.Length;
            if (file.ReadAtLeast(start, 2, throwOnEndOfStream: false) < 2) throw FileErrors.Truncated(path, "an IDX header has at least 8", length);
            file.Position = 0;
            if (start is not [0x1F, 0x8B]) return Read(path, file, length, zipped: false);
            // The trailer (checksum and length, 8 bytes) is only verified when the end of the stream is reached: Read goes there.
            using var unzipped = new GZipStream(file, CompressionMode.Decompress);
            var content = Read(path, unzipped, length, zipped: true);
            CheckTrailer(path, file, content);
            return content;
        }
        catch (InvalidDataException error)
        {
            throw FileErrors.BadGzip(path, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw FileErrors.Unreadable(path, error);
        }
    }

    private static IdxFile Read(string path, Stream stream, long fileLength, bool zipped)
    {
        Span<byte> magic = stackalloc byte[4];
        var came = stream.ReadAtLeast(magic, 4, throwOnEndOfStream: false);
        if (came < 4) throw FileErrors.Truncated(path, "an IDX header has at least 8", came, zipped);
        if (magic[0] != 0 || magic[1] != 0) throw FileErrors.Foreign(path, magic);
        var type = (IdxElementType)magic[2];
        if (!Enum.IsDefined(type)) throw FileErrors.ElementType(path, magic[2], "IDX knows 0x08, 0x09, 0x0B, 0x0C, 0x0D and 0x0E");
        int rank = magic[3];
        if (rank == 0) throw FileErrors.BadDimensions(path, "[]", "there are none");

        var header = new byte[4 * rank];
        came = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (came < header.Length) throw FileErrors.Truncated(path, FileErrors.Text($"its header of {rank} dimensions takes {4 + header.Length}"), 4 + came, zipped);
        var (dimensions, bytes) = Dimensions(path, header, IdxFile.SizeOf(type));

        var expected = 4 + header.Length + bytes;
        if (!zipped && fileLength < expected) throw FileErrors.Truncated(path, FileErrors.Text($"its header announces {expected}"), fileLength);
        if (!zipped && fileLength > expected) throw FileErrors.TrailingBytes(path, expected, fileLength);
        if (zipped && expected > fileLength * BestGzipRatio) throw FileErrors.TooSmallToHold(path, expected, fileLength);

        var data = new byte[zipped ? Math.Min(bytes, FirstChunk) : bytes];
        var filled = 0;
        while (true)
        {
            var read = stream.ReadAtLeast(data.AsSpan(filled), data.Length - filled, throwOnEndOfStream: false);
            filled += read;
            if (filled < data.Length) throw FileErrors.Truncated(path, FileErrors.Text($"its header announces {expected}"), 4 + header.Length + filled, zipped);
            if (filled == bytes) break;
            Array.Resize(ref data, (int)Math.Min(bytes, 2L * data.Length));
        }

        if (stream.ReadByte() >= 0) throw FileErrors.TrailingBytes(path, expected, expected + 1);
        return new IdxFile(path, type, dimensions, data);
    }

    private static (int[] Dimensions, long Bytes) Dimensions(string path, ReadOnlySpan<byte> header, int size)
    {
        var announced = new uint[header.Length / 4];
        for (var i = 0; i < announced.Length; i++) announced[i] = BinaryPrimitives.ReadUInt32BigEndian(header[(4 * i)..]);
        var text = "[" + string.Join(", ", announced) + "]";
        long bytes = size;
        foreach (var dimension in announced)
        {
            if (dimension == 0) throw FileErrors.BadDimensions(path, text, "one is zero");
            if (dimension > int.MaxValue || (bytes *= dimension) > Array.MaxLength) throw FileErrors.BadDimensions(path, text, "too large");
        }

        return (Array.ConvertAll(announced, d => (int)d), bytes);
    }

    /// <summary>The stream stops at the end of the packed data without missing a cut-off trailer, so its length field is looked at here.</summary>
    private static void CheckTrailer(string path, FileStream file, IdxFile content)
    {
        Span<byte> trailer = stackalloc byte[4];
        file.Position = Math.Max(0, file.Length - 4);
        var length = (uint)(4 + (4 * content.Dimensions.Length) + content.Data.Length);
        if (file.ReadAtLeast(trailer, 4, throwOnEndOfStream: false) < 4 || BinaryPrimitives.ReadUInt32LittleEndian(trailer) != length) throw FileErrors.BadGzip(path, null);
    }
}
