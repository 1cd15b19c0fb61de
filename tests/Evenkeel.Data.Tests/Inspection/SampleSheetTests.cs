using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Inspection;
using static Evenkeel.Data.Tests.Assertions;

namespace Evenkeel.Data.Tests.Inspection;

public sealed class SampleSheetTests
{
    [Fact]
    public void The_sheet_has_a_row_per_class_with_its_samples_in_order()
    {
        // Image i is one pixel of level 10 * (i + 1); classes alternate.
        var data = Dataset.FromBytes(new byte[] { 10, 20, 30, 40, 50 }, [1, 1, 1], new[] { 0, 1, 0, 1, 1 });
        var (width, height, channels, pixels) = Decode(Sheet(data, perRow: 2));
        Assert.Equal((2 * 3 + 2, 2 * 3 + 2, 1), (width, height, channels));
        Assert.Equal((10, 30), (pixels[(2 * width) + 2], pixels[(2 * width) + 5]));
        Assert.Equal((20, 40), (pixels[(5 * width) + 2], pixels[(5 * width) + 5]));
        Assert.Equal(64, pixels[0]);
    }

    [Fact]
    public void Colours_are_kept()
    {
        var data = Dataset.FromBytes(new byte[] { 1, 2, 3, 4, 5, 6 }, [1, 2, 3], new[] { 0 });
        var (width, _, channels, pixels) = Decode(Sheet(data, perRow: 1));
        Assert.Equal(3, channels);
        Assert.Equal([1, 2, 3, 4, 5, 6], pixels.Skip(((2 * width) + 2) * 3).Take(6).Select(p => (int)p));
    }

    [Fact]
    public void Features_outside_the_unit_range_are_stretched()
    {
        var data = Dataset.From(new float[][] { [-1, 3, 1, -1] }, [0]);
        var (width, _, _, pixels) = Decode(Sheet(data, perRow: 1));
        Assert.Equal([0, 255], new int[] { pixels[(2 * width) + 2], pixels[(2 * width) + 3] });
        Assert.Equal([128, 0], new int[] { pixels[(3 * width) + 2], pixels[(3 * width) + 3] });
    }

    [Fact]
    public void Samples_with_values_are_shown_in_order()
    {
        var data = Dataset.From(5, [2, 2], (i, x) => x.Fill(i / 255f), (_, y) => y[0] = 0, 1);
        var (width, height, _, pixels) = Decode(Sheet(data, perRow: 3));
        Assert.Equal((3 * 4 + 2, 2 * 4 + 2), (width, height));
        Assert.Equal(4, pixels[(6 * width) + 2 + 4]);
    }

    [Theory]
    [InlineData(new[] { 28, 28, 1 }, true)]
    [InlineData(new[] { 28, 28 }, true)]
    [InlineData(new[] { 32, 32, 3 }, true)]
    [InlineData(new[] { 784 }, true)]
    [InlineData(new[] { 785 }, false)]
    [InlineData(new[] { 8, 8, 2 }, false)]
    [InlineData(new[] { 2, 2, 2, 1 }, false)]
    public void Images_are_known_by_their_shape(int[] shape, bool image) => Assert.Equal(image, SampleSheet.CanShow(SampleShape.Create(shape)));

    [Fact]
    public void Samples_that_are_no_images_are_refused() =>
        Refused<DatasetException>("EK0314", () => Sheet(Dataset.From(new float[][] { [1, 2, 3] }, [0]), 1), "[3]", "[H, W, 3]");

    private static byte[] Sheet(Dataset data, int perRow)
    {
        using var stream = new MemoryStream();
        SampleSheet.WritePng(data, stream, perRow);
        return stream.ToArray();
    }

    /// <summary>A reader of its own: signature, chunk checksums computed bit by bit, rows of filter 0.</summary>
    private static (int Width, int Height, int Channels, byte[] Pixels) Decode(byte[] png)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        var chunks = new List<(string Type, byte[] Data)>();
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var crc = uint.MaxValue;
            foreach (var value in png.AsSpan(at + 4, 4 + length))
            {
                crc ^= value;
                for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
            }

            Assert.Equal(~crc, BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            chunks.Add((Encoding.ASCII.GetString(png, at + 4, 4), png[(at + 8)..(at + 8 + length)]));
            at += 12 + length;
        }

        Assert.Equal(["IHDR", "IDAT", "IEND"], chunks.Select(c => c.Type));
        var header = chunks[0].Data;
        int width = BinaryPrimitives.ReadInt32BigEndian(header), height = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)), channels = header[9] == 0 ? 1 : 3;
        Assert.Equal([8, channels == 1 ? 0 : 2, 0, 0, 0], header[8..].Select(b => (int)b));
        using var zlib = new ZLibStream(new MemoryStream(chunks[1].Data), CompressionMode.Decompress);
        var rows = new MemoryStream();
        zlib.CopyTo(rows);
        var packed = rows.ToArray();
        Assert.Equal(height * ((width * channels) + 1), packed.Length);
        Assert.All(Enumerable.Range(0, height), y => Assert.Equal(0, packed[y * ((width * channels) + 1)]));
        return (width, height, channels, packed.Chunk((width * channels) + 1).SelectMany(row => row.Skip(1)).ToArray());
    }
}
