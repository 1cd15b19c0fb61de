using System.Buffers.Binary;
using System.IO.Compression;

namespace Evenkeel.Data.Readers.Images;

/// <summary>Decodes PNG (ISO/IEC 15948): every colour type, depth and interlacing; ancillary chunks are passed over, transparency with them.</summary>
internal static class PngReader
{
    private const string Kind = "PNG";
    private const int SignatureLength = 8;

    // Deflate packs 258 bytes into two bits at best: 1032 to 1.
    private const long BestRatio = 1032;

    // Adam7: first column, first row, and the steps of both.
    private static readonly (int X, int Y, int StepX, int StepY)[] Passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private readonly record struct Header(int Width, int Height, int Depth, int Type, bool IsInterlaced)
    {
        public int Samples => Type switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

        /// <summary>Bytes from a sample to that of the pixel before it, for the filters.</summary>
        public int PixelBytes => Math.Max(1, Samples * Depth / 8);

        public long RowBytes(int width) => (((long)width * Samples * Depth) + 7) / 8;

        public int Channels => Type is 0 or 4 ? 1 : 3;
    }

    public static DecodedImage Read(string path, ReadOnlySpan<byte> file)
    {
        Header? header = null;
        byte[] palette = [];
        using var packed = new MemoryStream();
        var at = SignatureLength;
        while (true)
        {
            if (file.Length - at < 12) throw Damaged(path, "it ends before its last chunk");
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - 12) throw Damaged(path, "a chunk is longer than the file");
            var type = file.Slice(at + 4, 4);
            var data = file.Slice(at + 8, (int)length);
            if (Crc32.Of(type, data) != BinaryPrimitives.ReadUInt32BigEndian(file[(at + 8 + (int)length)..])) throw Damaged(path, "the check of a chunk does not hold");
            at += 12 + (int)length;
            if (header is null && !type.SequenceEqual("IHDR"u8)) throw Damaged(path, "it does not start with its header");
            if (type.SequenceEqual("IHDR"u8)) header = header is null ? ReadHeader(path, data) : throw Damaged(path, "it has two headers");
            else if (type.SequenceEqual("PLTE"u8)) palette = data.ToArray();
            else if (type.SequenceEqual("IDAT"u8)) packed.Write(data);
            else if (type.SequenceEqual("IEND"u8)) break;
        }

        packed.Position = 0;
        return Decode(path, header!.Value, palette, packed);
    }

    private static Header ReadHeader(string path, ReadOnlySpan<byte> data)
    {
        if (data.Length != 13) throw Damaged(path, "its header has another length");
        ImageReader.CheckSize(path, Kind, BinaryPrimitives.ReadUInt32BigEndian(data[4..]), BinaryPrimitives.ReadUInt32BigEndian(data));
        var header = new Header(BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]), data[8], data[9], data[12] == 1);
        var isKnown = header.Type switch
        {
            0 => header.Depth is 1 or 2 or 4 or 8 or 16,
            3 => header.Depth is 1 or 2 or 4 or 8,
            2 or 4 or 6 => header.Depth is 8 or 16,
            _ => false,
        };
        if (!isKnown || data[10] != 0 || data[11] != 0 || data[12] > 1) throw Damaged(path, FileErrors.Text($"its header has colour type {header.Type} with {header.Depth} bits, compression {data[10]}, filter {data[11]}, interlacing {data[12]}"));
        return header;
    }

    private static DecodedImage Decode(string path, Header header, byte[] palette, MemoryStream packed)
    {
        if (header.Type == 3 && (palette.Length == 0 || palette.Length % 3 != 0)) throw Damaged(path, "it has no palette");
        var passes = header.IsInterlaced ? Passes : [(0, 0, 1, 1)];
        var total = passes.Sum(pass => Size(header, pass) is var (width, height) && width > 0 ? height * (1 + header.RowBytes(width)) : 0);
        if (total > packed.Length * BestRatio) throw Damaged(path, "its packed pixels are too few for its size");
        var pixels = new byte[header.Height * header.Width * header.Channels];
        using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
        try
        {
            foreach (var pass in passes)
            {
                var (width, height) = Size(header, pass);
                if (width > 0) ReadPass(path, header, palette, unpacked, pass, width, height, pixels);
            }
        }
        catch (InvalidDataException error)
        {
            throw FileErrors.BadImage(path, Kind, $"its packed pixels cannot be unpacked ({error.Message.TrimEnd('.')})", error);
        }

        return new DecodedImage(header.Height, header.Width, header.Channels, pixels);
    }

    private static (int Width, int Height) Size(Header header, (int X, int Y, int StepX, int StepY) pass)
    {
        var (width, height) = ((header.Width - pass.X + pass.StepX - 1) / pass.StepX, (header.Height - pass.Y + pass.StepY - 1) / pass.StepY);
        return height > 0 && width > 0 ? (width, height) : (0, 0);
    }

    private static void ReadPass(string path, Header header, byte[] palette, ZLibStream unpacked, (int X, int Y, int StepX, int StepY) pass, int width, int height, byte[] pixels)
    {
        var length = (int)header.RowBytes(width);
        byte[] row = new byte[length], above = new byte[length];
        for (var y = 0; y < height; y++)
        {
            var filter = unpacked.ReadByte();
            if (filter < 0 || unpacked.ReadAtLeast(row, length, throwOnEndOfStream: false) < length) throw Damaged(path, "its pixels end early");
            if (filter > 4) throw Damaged(path, FileErrors.Text($"row {y} has the unknown filter {filter}"));
            PngFilter.Undo(filter, row, above, header.PixelBytes);
            var target = (((pass.Y + (y * pass.StepY)) * header.Width) + pass.X) * header.Channels;
            for (var x = 0; x < width; x++, target += pass.StepX * header.Channels) Put(path, header, palette, row, x, pixels.AsSpan(target, header.Channels));
            (row, above) = (above, row);
        }
    }

    private static void Put(string path, Header header, byte[] palette, byte[] row, int x, Span<byte> pixel)
    {
        if (header.Type == 3)
        {
            var entry = 3 * Sample(row, x, header.Depth);
            if (entry >= palette.Length) throw Damaged(path, "a pixel is outside the palette");
            palette.AsSpan(entry, 3).CopyTo(pixel);
            return;
        }

        // Depths below 8 are grey; of 16 bits the upper 8 are taken.
        var scale = header.Depth < 8 ? 255 / ((1 << header.Depth) - 1) : 1;
        for (var c = 0; c < pixel.Length; c++) pixel[c] = (byte)(scale * Sample(row, (x * header.Samples) + c, header.Depth));
    }

    private static int Sample(byte[] row, int index, int depth)
    {
        if (depth == 8) return row[index];
        if (depth == 16) return row[2 * index];
        var bit = index * depth;
        return (row[bit >> 3] >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
    }

    private static DataFileException Damaged(string path, string problem) => FileErrors.BadImage(path, Kind, problem);
}
