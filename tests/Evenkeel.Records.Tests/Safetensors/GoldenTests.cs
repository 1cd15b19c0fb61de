using Evenkeel.Records.Safetensors;

namespace Evenkeel.Records.Tests.Safetensors;

/// <summary>Against a file that an independent script wrote from the published layout (Golden/make_golden.py).</summary>
public sealed class GoldenTests
{
    private static readonly float[] Weight = [0f, -0f, 1.5f, float.PositiveInfinity, float.MaxValue, float.Epsilon];

    private static string GoldenPath => Path.Combine(AppContext.BaseDirectory, "Safetensors", "Golden", "golden.safetensors");

    [Fact]
    public void A_file_of_another_writer_is_read_value_for_value()
    {
        using var file = SafetensorsFile.Open(GoldenPath);
        Assert.Equal(["count", "labels", "layer.weight", "layer.ünïcode", "mask", "wide"], file.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal));
        Assert.Equal([0L, 8L, 24L], file.Tensors.Take(3).Select(t => t.Offset));
        Assert.Equal([2L, 3L], file["layer.weight"].Shape);
        Assert.Equal("F32 [2, 3]", file["layer.weight"].ToString());
        Assert.Empty(file["count"].Shape);
        Assert.Equal(0, file["layer.ünïcode"].ElementCount);
        Assert.Equal("{\"lr\":0.1,\"text\":\"line\nbreak\"}", file.Metadata["configuration"]);
        Assert.Equal("β", file.Metadata["γ"]);

        var weight = new float[6];
        file.Read<float>("layer.weight", weight);
        Assert.Equal(Weight.Select(BitConverter.SingleToInt32Bits), weight.Select(BitConverter.SingleToInt32Bits));
        var wide = new double[2];
        file.Read<double>("wide", wide);
        Assert.Equal([0.1, -1e300], wide);
        var labels = new int[3];
        file.Read<int>("labels", labels);
        Assert.Equal([7, -1, int.MaxValue], labels);
        var count = new long[1];
        file.Read<long>("count", count);
        Assert.Equal([-(1L << 62)], count);
        var mask = new byte[4];
        file.Read<byte>("mask", mask);
        Assert.Equal([0, 1, 254, 255], mask);
        file.Read("layer.ünïcode", Span<float>.Empty);
    }

    [Fact]
    public void The_writer_gives_the_same_bytes_as_the_independent_script_whatever_the_order_of_announcement()
    {
        var tensors = new List<Action<SafetensorsWriter>>
        {
            w => w.Add("mask", [2, 2], new byte[] { 0, 1, 254, 255 }),
            w => w.Add("layer.weight", [2, 3], Weight),
            w => w.Add("wide", [2], new[] { 0.1, -1e300 }),
            w => w.Add("layer.ünïcode", [0, 5], Array.Empty<float>()),
            w => w.Add("count", [], new[] { -(1L << 62) }),
            w => w.Add("labels", [3], new[] { 7, -1, int.MaxValue }),
            w => w.SetMetadata("γ", "β"),
            w => w.SetMetadata("format", "evenkeel"),
            w => w.SetMetadata("configuration", "{\"lr\":0.1,\"text\":\"line\nbreak\"}"),
        };
        var golden = File.ReadAllBytes(GoldenPath);
        foreach (var order in new[] { tensors, tensors.AsEnumerable().Reverse() })
        {
            var writer = new SafetensorsWriter();
            foreach (var add in order) add(writer);
            using var stream = new MemoryStream();
            Assert.Equal(golden.Length, writer.Write(stream));
            Assert.Equal(golden, stream.ToArray());
        }
    }
}
