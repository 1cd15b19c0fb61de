using System.Buffers.Binary;
using System.Text;
using Evenkeel.Records.Safetensors;
using Evenkeel.TestKit;

namespace Evenkeel.Records.Tests.Safetensors;

/// <summary>Files that lie get a typed error that says what is wrong; nothing crashes, hangs or allocates by a claim.</summary>
public sealed class HostileFileTests
{
    /// <summary>More than anything a refused file of a few bytes may cost; far below what the lies below ask for.</summary>
    private const long AllocationLimit = 1 << 20;

    private const string Good = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";

    [Theory]
    [InlineData("EK0404", """{"a":""")]
    [InlineData("EK0404", """[]""")]
    [InlineData("EK0404", """{} x""")]
    [InlineData("EK0404", """{"a\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""")]
    [InlineData("EK0404", """{"a":{"x":[[[[[[[[[[]]]]]]]]]]}}""")]
    [InlineData("EK0405", """{"a":1}""")]
    [InlineData("EK0405", """{"a":{"shape":[2],"data_offsets":[0,8]}}""")]
    [InlineData("EK0405", """{"a":{"dtype":"F32","data_offsets":[0,8]}}""")]
    [InlineData("EK0405", """{"a":{"dtype":"F32","shape":[2]}}""")]
    [InlineData("EK0405", """{"a":{"dtype":1,"shape":[2],"data_offsets":[0,8]}}""")]
    [InlineData("EK0405", """{"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""")]
    [InlineData("EK0405", """{"__metadata__":{"k":1}}""")]
    [InlineData("EK0405", """{"__metadata__":"text"}""")]
    [InlineData("EK0406", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""")]
    [InlineData("EK0406", """{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""")]
    [InlineData("EK0406", """{"__metadata__":{"k":"1","k":"2"}}""")]
    [InlineData("EK0406", """{"__metadata__":{},"__metadata__":{}}""")]
    [InlineData("EK0407", """{"a":{"dtype":"Q4","shape":[2],"data_offsets":[0,8]}}""")]
    [InlineData("EK0407", """{"a":{"dtype":"f32","shape":[2],"data_offsets":[0,8]}}""")]
    [InlineData("EK0408", """{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""")]
    [InlineData("EK0408", """{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""")]
    [InlineData("EK0408", """{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}""")]
    [InlineData("EK0408", """{"a":{"dtype":"F32","shape":[4294967296,4294967296,2],"data_offsets":[0,8]}}""")]
    [InlineData("EK0408", """{"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}""")]
    [InlineData("EK0408", """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""")]
    [InlineData("EK0408", """{"a":{"dtype":"F64","shape":[2],"data_offsets":[0,8]}}""")]
    [InlineData("EK0409", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}""")]
    [InlineData("EK0409", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""")]
    [InlineData("EK0409", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""")]
    [InlineData("EK0409", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""")]
    [InlineData("EK0409", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("EK0409", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""")]
    [InlineData("EK0409", """{}""")]
    public void A_header_that_lies_gets_its_own_code(string code, string header)
    {
        var error = Assert.Throws<RecordsException>(() => Open(header));
        Assert.Equal(code, error.Code);
        Assert.Equal("test.bin", error.Path);
        Assert.Contains("['test.bin']", error.Message);
        Assert.EndsWith(code == "EK0407" ? "Convert the file to one of these types." : "fall back to an older checkpoint.", error.Message);
    }

    [Fact]
    public void The_good_header_that_the_lies_are_made_from_is_accepted()
    {
        using var file = Open(Good);
        var values = new float[2];
        file.Read<float>("a", values);
        Assert.Equal([0f, 0f], values);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(100_000_000)]
    [InlineData(100_000_001)]
    [InlineData(int.MaxValue)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    public void A_header_length_that_lies_is_refused_without_a_huge_allocation(long announced)
    {
        var bytes = Container(Good, 8);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, announced);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<RecordsException>(() => SafetensorsFile.FromMemory(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, AllocationLimit);
        Assert.Equal("EK0403", error.Code);
    }

    [Fact]
    public void A_header_that_is_not_utf8_is_refused()
    {
        var bytes = Container(Good, 8);
        bytes[8 + 2] = 0xff;
        Assert.Equal("EK0404", Assert.Throws<RecordsException>(() => SafetensorsFile.FromMemory(bytes)).Code);
    }

    [Fact]
    public void Every_prefix_of_a_file_is_refused_with_a_typed_error()
    {
        using var folder = new TemporaryFolder();
        var whole = Sample();
        for (var length = 0; length < whole.Length; length++)
        {
            var error = Assert.Throws<RecordsException>(() => SafetensorsFile.FromMemory(whole.AsMemory(0, length)));
            Assert.Contains(error.Code, new[] { "EK0402", "EK0403", "EK0409" });
            if (length % 37 != 0) continue;
            File.WriteAllBytes(folder["cut"], whole.AsSpan(0, length));
            Assert.Equal(error.Code, Assert.Throws<RecordsException>(() => SafetensorsFile.Open(folder["cut"])).Code);
        }
    }

    [Fact]
    public void Every_flipped_byte_gives_a_readable_file_or_a_typed_error()
    {
        var whole = Sample();
        var (refused, read) = (0, 0);
        foreach (var pattern in new byte[] { 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff, (byte)('"' ^ '}') })
        {
            for (var at = 0; at < whole.Length; at++)
            {
                whole[at] ^= pattern;
                try
                {
                    using var file = SafetensorsFile.FromMemory(whole);
                    foreach (var tensor in file.Tensors) file.ReadBytes(tensor.Name, new byte[tensor.ByteLength]);
                    read++;
                }
                catch (RecordsException error)
                {
                    Assert.StartsWith("EK04", error.Code);
                    refused++;
                }

                whole[at] ^= pattern;
            }
        }

        // Flips in the data always read; most flips in the header are caught.
        Assert.True(refused > 500, $"only {refused} flips were refused");
        Assert.True(read > 500, $"only {read} flips were read");
    }

    [Fact]
    public void Trailing_bytes_are_refused()
    {
        var bytes = Sample().Append((byte)0).ToArray();
        var error = Assert.Throws<RecordsException>(() => SafetensorsFile.FromMemory(bytes));
        Assert.Equal("EK0409", error.Code);
        Assert.Contains("1 stray bytes", error.Message);
    }

    [Fact]
    public void A_file_cut_while_it_is_open_gives_a_typed_error()
    {
        using var folder = new TemporaryFolder();
        var bytes = Sample();
        File.WriteAllBytes(folder["x"], bytes);
        using var file = SafetensorsFile.Open(folder["x"]);
        using (var cut = new FileStream(folder["x"], new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete }))
        {
            cut.SetLength(bytes.Length - 1);
        }

        var last = file.Tensors[^1];
        Assert.Equal("EK0402", Assert.Throws<RecordsException>(() => file.ReadBytes(last.Name, new byte[last.ByteLength])).Code);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_unreadable()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("EK0401", Assert.Throws<RecordsException>(() => SafetensorsFile.Open(folder["nothing"])).Code);
        Assert.Equal("EK0401", Assert.Throws<RecordsException>(() => SafetensorsFile.Open(folder.Path)).Code);
    }

    private static SafetensorsFile Open(string header) => SafetensorsFile.FromMemory(Container(header, 8), "test.bin");

    private static byte[] Container(string header, int dataLength)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + json.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, json.Length);
        json.CopyTo(bytes, 8);
        return bytes;
    }

    private static byte[] Sample()
    {
        using var stream = new MemoryStream();
        new SafetensorsWriter()
            .SetMetadata("note", "é \"quoted\"")
            .Add("w", [3, 2], new float[] { 1, 2, 3, 4, 5, 6 })
            .Add("n", [], new long[] { 5 })
            .Add("empty", [0], Array.Empty<double>())
            .Add("bytes", [5], new byte[] { 1, 2, 3, 4, 5 })
            .Write(stream);
        return stream.ToArray();
    }
}
