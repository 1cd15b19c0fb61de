using System.Buffers.Binary;
using System.IO.Compression;
using Evenkeel.Data.Readers.Images;

namespace Evenkeel.Data.Inspection;

/// <summary>Writes grey or RGB images as PNG (ISO/IEC 15948): signature, header, one packed data chunk, end.</summary>
internal static class PngWriter
{
    /// <param name="stream">Receives the file.</param>
    /// <param name="pixels"><c>[height, width, channels]</c>.</param>
    /// <param name="width">At least 1.</param>
    /// <param name="height">At least 1.</param>
    /// <param name="channels">1 for grey, 3 for RGB.</param>
    public static void Write(Stream stream, ReadOnlySpan<byte> pixels, int width, int height, int channels)
    {
        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        header[9] = (byte)(channels == 1 ? 0 : 2);
        header[10..].Clear();
        Chunk(stream, "IHDR"u8, header);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (var y = 0; y < height; y++)
            {
                // Filter 0: the row as it is.
                zlib.WriteByte(0);
                zlib.Write(pixels.Slice(y * width * channels, width * channels));
            }
        }

        Chunk(stream, "IDAT"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        Chunk(stream, "IEND"u8, []);
    }

    private static void Chunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(type, data));
        stream.Write(number);
    }
}
