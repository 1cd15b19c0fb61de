using Evenkeel.Records.Safetensors;
using Evenkeel.TestKit;

namespace Evenkeel.Records.Tests.Safetensors;

public sealed class WriterTests
{
    [Fact]
    public void Data_begin_at_a_multiple_of_eight_and_each_tensor_at_a_multiple_of_its_element_size()
    {
        for (var length = 1; length < 20; length++)
        {
            var bytes = Bytes(new SafetensorsWriter().SetMetadata("k", new string('x', length)).Add("odd", [3], new byte[3]).Add("h", [1], new Half[1]).Add("d", [1], new double[1]).Add("f", [3], new float[3]));
            Assert.Equal(0, BitConverter.ToInt64(bytes) % 8);
            using var file = SafetensorsFile.FromMemory(bytes);
            Assert.All(file.Tensors, t => Assert.Equal(0, t.Offset % t.DataType.ElementSize()));
        }
    }

    [Fact]
    public void Content_may_come_in_pieces_without_a_copy()
    {
        var bytes = Bytes(new SafetensorsWriter().Add("x", SafetensorsDataType.Float32, [1000], sink =>
        {
            Span<float> piece = stackalloc float[10];
            for (var i = 0; i < 100; i++)
            {
                for (var j = 0; j < 10; j++) piece[j] = i * 10 + j;
                sink.Write<float>(piece);
            }
        }));
        using var file = SafetensorsFile.FromMemory(bytes);
        var values = new float[1000];
        file.Read<float>("x", values);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (float)i), values);
    }

    [Fact]
    public void Content_of_another_size_or_type_is_refused()
    {
        AssertRefused("bytes of data fewer", w => w.Add("x", [3], new float[2]));
        AssertRefused("leaves room for 12", w => w.Add("x", [3], new float[4]));
        AssertRefused("F64 data came", w => w.Add("x", SafetensorsDataType.Float32, [1], sink => sink.Write<double>([1.0])));
    }

    [Fact]
    public void Bad_names_and_shapes_are_refused_when_announced()
    {
        var writer = new SafetensorsWriter().Add("taken", [1], new float[1]);
        foreach (var name in new[] { "", "__metadata__", "half\ud800", "taken" })
            Assert.Equal("EK0412", Assert.Throws<RecordsException>(() => writer.Add(name, [1], new float[1])).Code);
        Assert.Equal("EK0412", Assert.Throws<RecordsException>(() => writer.Add("a", [-1], new float[1])).Code);
        Assert.Equal("EK0412", Assert.Throws<RecordsException>(() => writer.Add("a", [1L << 40, 1L << 40], new float[1])).Code);
        Assert.Equal("EK0412", Assert.Throws<RecordsException>(() => writer.SetMetadata("k", "\udc00")).Code);
    }

    [Fact]
    public void Names_and_metadata_with_every_kind_of_character_survive()
    {
        var texts = new[] { "quote\" back\\ slash/", "line\nbreak\r\t\0\u0001", "<script>&'", "ünïcödé Ωβγ", "\U0001F9ED", "\u2028\u2029", " " };
        var writer = new SafetensorsWriter();
        foreach (var text in texts) writer.SetMetadata(text, text).Add(text, [1], new[] { (float)text.Length });
        using var file = SafetensorsFile.FromMemory(Bytes(writer));
        foreach (var text in texts)
        {
            Assert.Equal(text, file.Metadata[text]);
            var value = new float[1];
            file.Read<float>(text, value);
            Assert.Equal(text.Length, value[0]);
        }
    }

    [Fact]
    public void A_failed_save_keeps_the_old_file_and_leaves_no_other()
    {
        using var folder = new TemporaryFolder();
        new SafetensorsWriter().Add("x", [1], new[] { 1f }).Save(folder["m"]);
        var old = File.ReadAllBytes(folder["m"]);
        Assert.Throws<RecordsException>(() => new SafetensorsWriter().Add("x", [2], new[] { 2f }).Save(folder["m"]));
        Assert.Equal(old, File.ReadAllBytes(folder["m"]));
        Assert.Single(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void Reading_as_another_type_or_size_or_name_says_what_is_there()
    {
        using var file = SafetensorsFile.FromMemory(Bytes(new SafetensorsWriter().Add("layer1.gamma", [2], new float[2]).Add("n", [2], new int[2])), "m.safetensors");
        var missing = Assert.Throws<RecordsException>(() => file["layer1.gama"]);
        Assert.Equal("EK0410: ['m.safetensors'] there is no tensor 'layer1.gama' in the file. Did you mean 'layer1.gamma'?", missing.Message);
        Assert.Contains("The file holds 'layer1.gamma', 'n'.", Assert.Throws<RecordsException>(() => file["something else"]).Message);
        Assert.Equal("EK0411", Assert.Throws<RecordsException>(() => file.Read("n", new float[2].AsSpan())).Code);
        Assert.Equal("EK0411", Assert.Throws<RecordsException>(() => file.Read("n", new int[3].AsSpan())).Code);
        Assert.Equal("EK0411", Assert.Throws<RecordsException>(() => file.ReadAsSingle("n", new float[2])).Code);
        Assert.Equal("EK0411", Assert.Throws<RecordsException>(() => file.ReadBytes("n", new byte[7])).Code);
        Assert.Contains("F32 with 2 elements was asked for", Assert.Throws<RecordsException>(() => file.Read("n", new float[2].AsSpan())).Message);
    }

    [Fact]
    public void Every_floating_point_type_reads_as_single()
    {
        var values = Enumerable.Range(0, 40_000).Select(i => (i - 20_000) / 64f).ToArray();
        using var folder = new TemporaryFolder();
        new SafetensorsWriter()
            .Add("f64", [40_000], Array.ConvertAll(values, v => (double)v))
            .Add("f32", [40_000], values)
            .Add("f16", [40_000], Array.ConvertAll(values, v => (Half)v))
            .Add("bf16", SafetensorsDataType.BFloat16, [40_000], sink => sink.WriteBytes(values.SelectMany(v => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(v) >> 16))).ToArray()))
            .Save(folder["m"]);
        using var file = SafetensorsFile.Open(folder["m"]);
        var read = new float[values.Length];
        file.ReadAsSingle("f64", read);
        Assert.Equal(values, read);
        file.ReadAsSingle("f32", read);
        Assert.Equal(values, read);
        file.ReadAsSingle("f16", read);
        Assert.Equal(values.Select(v => (float)(Half)v), read);
        file.ReadAsSingle("bf16", read);
        Assert.Equal(values.Select(v => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(v) & 0xffff0000)), read);
    }

    [Fact]
    public void A_hostile_name_does_not_flood_the_message()
    {
        var name = new string('x', 100_000) + "\u001b[2J";
        using var file = SafetensorsFile.FromMemory(Bytes(new SafetensorsWriter().Add(name, [1], new float[1])));
        Assert.InRange(Assert.Throws<RecordsException>(() => file["x"]).Message.Length, 1, 400);
    }

    private static void AssertRefused(string text, Func<SafetensorsWriter, SafetensorsWriter> add)
    {
        var error = Assert.Throws<RecordsException>(() => Bytes(add(new SafetensorsWriter())));
        Assert.Equal("EK0412", error.Code);
        Assert.Contains(text, error.Message);
    }

    private static byte[] Bytes(SafetensorsWriter writer)
    {
        using var stream = new MemoryStream();
        writer.Write(stream);
        return stream.ToArray();
    }
}
