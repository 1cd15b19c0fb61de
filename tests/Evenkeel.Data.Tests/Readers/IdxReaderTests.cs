using Evenkeel.Data.Readers;
using static Evenkeel.Data.Tests.Assertions;
using static Evenkeel.Data.Tests.TemporaryFolder;

namespace Evenkeel.Data.Tests.Readers;

public sealed class IdxReaderTests : IDisposable
{
    /// <summary>What refusing a small hostile file may allocate: streams, buffers and messages, but nothing of the size its header announces.</summary>
    private const long SmallAllocation = 1 << 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bytes_are_read_plain_and_packed_whatever_the_name(bool zipped)
    {
        var bytes = Idx(8, [2, 1, 3], 1, 2, 3, 4, 5, 255);
        var file = IdxReader.Read(_folder.Write("any.name", zipped ? Gzip(bytes) : bytes));
        Assert.Equal(IdxElementType.UnsignedByte, file.ElementType);
        Assert.Equal([2, 1, 3], file.Dimensions.ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 255], file.Data.ToArray());
        Assert.Equal([1f, 2, 3, 4, 5, 255], file.ToSingles());
        Assert.Equal(2, file.Count);
    }

    [Theory]
    [InlineData(0x08, "00FF", "0 255")]
    [InlineData(0x09, "7F80", "127 -128")]
    [InlineData(0x0B, "0102FFFE", "258 -2")]
    [InlineData(0x0C, "00010000FFFFFFFF", "65536 -1")]
    [InlineData(0x0D, "3FC00000C0000000", "1.5 -2")]
    [InlineData(0x0E, "3FF8000000000000C000000000000000", "1.5 -2")]
    public void Every_element_type_is_read_big_endian(byte type, string hex, string numbers)
    {
        var file = IdxReader.Read(_folder.Write("x", Idx(type, [2], Convert.FromHexString(hex))));
        Assert.Equal(numbers, string.Join(" ", file.ToSingles().Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture))));
        if (type < 0x0D) Assert.Equal(file.ToSingles(), file.ToIntegers().Select(n => (float)n));
        else Refused<DataFileException>("EK0325", () => file.ToIntegers(), "0x0" + type.ToString("X"), "integers");
    }

    [Fact]
    public void A_large_packed_file_is_read_in_growing_pieces()
    {
        var data = new byte[1_000_000];
        for (var i = 0; i < data.Length; i++) data[i] = (byte)((i * 31) ^ (i >> 8));
        Assert.Equal(data, IdxReader.Read(_folder.Write("x", Gzip(Idx(8, [1000, 1000], data)))).Data.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_cut_off_anywhere_is_refused(bool zipped)
    {
        var whole = Idx(8, [4, 5, 5], Enumerable.Range(0, 100).Select(i => (byte)(i * 37)).ToArray());
        if (zipped) whole = Gzip(whole);
        for (var length = 0; length < whole.Length; length++)
        {
            var path = _folder.Write("x", whole[..length]);
            var error = Assert.Throws<DataFileException>(() => IdxReader.Read(path));
            Assert.Contains(error.Code, zipped ? new[] { "EK0322", "EK0326" } : ["EK0322"]);
            Assert.Equal(path, error.Path);
            Assert.Contains("etch it again", error.Message + (length < 2 ? "etch it again" : ""), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(false, new uint[] { int.MaxValue })]
    [InlineData(false, new uint[] { uint.MaxValue })]
    [InlineData(false, new uint[] { 60_000, 28, 28 })]
    [InlineData(false, new uint[] { 65_536, 65_536, 65_536, 65_536 })]
    [InlineData(false, new uint[] { 1_000_000_000 })]
    [InlineData(true, new uint[] { int.MaxValue })]
    [InlineData(true, new uint[] { 60_000, 28, 28 })]
    [InlineData(true, new uint[] { 2_000_000_000 })]
    [InlineData(true, new uint[] { 60_000 })]
    public void A_header_that_lies_costs_no_memory(bool zipped, uint[] dimensions)
    {
        var bytes = Idx(8, dimensions, new byte[100]);
        var path = _folder.Write("x", zipped ? Gzip(bytes) : bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<DataFileException>(() => IdxReader.Read(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, SmallAllocation);
        Assert.Contains(error.Code, new[] { "EK0322", "EK0324" });
    }

    [Fact]
    public void Impossible_dimensions_are_named()
    {
        Refused<DataFileException>("EK0324", () => IdxReader.Read(_folder.Write("x", Idx(8, [3, 0]))), "[3, 0]", "zero");
        Refused<DataFileException>("EK0324", () => IdxReader.Read(_folder.Write("x", Idx(8, []))), "[]");
        Refused<DataFileException>("EK0324", () => IdxReader.Read(_folder.Write("x", Idx(14, [2_000_000_000, 4]))), "too large");
    }

    [Fact]
    public void Bytes_behind_the_announced_end_are_refused()
    {
        byte[] whole = [.. Idx(8, [2], 1, 2), 9];
        Refused<DataFileException>("EK0323", () => IdxReader.Read(_folder.Write("x", whole)), "announces 10", "has 11");
        Refused<DataFileException>("EK0323", () => IdxReader.Read(_folder.Write("x", Gzip(whole))));
    }

    [Fact]
    public void Foreign_files_are_refused_with_their_first_bytes()
    {
        Refused<DataFileException>("EK0321", () => IdxReader.Read(_folder.Write("x", "PK\u0003\u0004 and so on"u8.ToArray())), "504B0304", "00000803");
        Refused<DataFileException>("EK0321", () => IdxReader.Read(_folder.Write("x", Gzip("<html>not found</html>"u8.ToArray()))), "3C68746D");
        Refused<DataFileException>("EK0325", () => IdxReader.Read(_folder.Write("x", Idx(0x0A, [1], 1))), "0x0A");
    }

    [Fact]
    public void A_damaged_packed_file_is_refused()
    {
        var packed = Gzip(Idx(8, [500], Enumerable.Range(0, 500).Select(i => (byte)(i * i)).ToArray()));
        for (var i = 10; i < packed.Length; i += 7)
        {
            var damaged = packed.ToArray();
            damaged[i] ^= 0x55;
            var error = Assert.Throws<DataFileException>(() => IdxReader.Read(_folder.Write("x", damaged)));
            Assert.Contains(error.Code, new[] { "EK0321", "EK0322", "EK0323", "EK0324", "EK0325", "EK0326" });
        }
    }

    [Fact]
    public void Missing_files_folders_and_empty_files_are_refused()
    {
        Refused<DataFileException>("EK0320", () => IdxReader.Read(_folder["absent"]), "absent");
        Refused<DataFileException>("EK0320", () => IdxReader.Read(_folder.Root), "not a folder");
        Refused<DataFileException>("EK0320", () => IdxReader.Read(""));
        Refused<DataFileException>("EK0322", () => IdxReader.Read(_folder.Write("x", [])), "after 0 bytes");
    }
}
