using Evenkeel.Data.Datasets;
using Evenkeel.Data.Transforms;
using static Evenkeel.Data.Tests.Assertions;

namespace Evenkeel.Data.Tests.Transforms;

public sealed class TransformTests
{
    /// <summary>Moments are sums in double of at most a few thousand numbers near 1.</summary>
    private const double MomentTolerance = 1e-12;

    /// <summary>A float has 24 bits; two roundings of numbers below 4.</summary>
    private const double FloatTolerance = 1e-6;

    [Fact]
    public void Standardized_features_have_mean_zero_and_deviation_one()
    {
        var data = Dataset.From(500, [4], (i, x) => Fill(i, x), _ => 0, TargetSpec.Classes(1));
        var standardized = data.With(Standardization.Measure(data));
        var again = Standardization.Measure(standardized);
        Assert.Equal(0, again.Mean[0], FloatTolerance);
        Assert.Equal(1, again.Deviation[0], FloatTolerance);
    }

    [Fact]
    public void Moments_are_those_of_the_formula()
    {
        // A mean of 10,000 with a deviation near 1: the textbook sum of squares in float would lose all of it.
        var data = Dataset.From(300, [2, 2, 2], (i, x) => Fill(i, x, 10_000), _ => 0, TargetSpec.Classes(1)).Materialize();
        var all = Enumerable.Range(0, 300).SelectMany(i => ReadFeatures(data, i)).Select(v => (double)v).ToArray();
        var whole = Standardization.Measure(data);
        var mean = all.Average();
        Assert.Equal(mean, whole.Mean[0], MomentTolerance * 1e4);
        Assert.Equal(Math.Sqrt(all.Average(v => (v - mean) * (v - mean))), whole.Deviation[0], MomentTolerance * 1e4);

        var perChannel = Standardization.Measure(data, perChannel: true);
        Assert.Equal(2, perChannel.Mean.Count);
        for (var c = 0; c < 2; c++)
        {
            var channel = all.Where((_, i) => i % 2 == c).ToArray();
            Assert.Equal(channel.Average(), perChannel.Mean[c], MomentTolerance * 1e4);
        }

        Assert.NotEqual(perChannel.Mean[0], perChannel.Mean[1]);
    }

    [Fact]
    public void Constant_features_are_only_centred()
    {
        var data = Dataset.From(new float[][] { [3, 3], [3, 3] }, [0, 0]);
        Assert.Equal([0f, 0], ReadFeatures(data.With(Standardization.Measure(data)), 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_table_of_bytes_gives_the_bits_of_the_transform(int channels)
    {
        var bytes = new byte[2 * 256 * channels];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)(i / channels);
        var plain = Dataset.FromBytes(bytes, [16, 16, channels], new[] { 0, 1 });
        var standardization = channels == 1 ? new Standardization([0.13], [0.31]) : new Standardization([0.1, 0.2, 0.3], [0.5, 0.6, 0.7]);
        foreach (var pipeline in new TransformPipeline[] { new(standardization), new(new Binarize(0.25f), standardization), new(standardization, new Binarize(0.1f)) })
        {
            var expected = ReadFeatures(plain, 1);
            pipeline.Apply(expected, channels);
            Assert.Equal(expected, ReadFeatures(pipeline.Over(plain), 1));
            Assert.Equal(expected, ReadFeatures(pipeline.Over(plain.Materialize()), 1));
            Assert.Equal(expected, ReadFeatures(pipeline.Over(plain.Subset([1])), 0));
        }
    }

    [Fact]
    public void Transforms_of_ones_own_are_applied_after_those_before()
    {
        var data = Dataset.FromBytes(new byte[] { 0, 255 }, [2], new[] { 0 }).With(new Binarize()).With(new Doubling());
        Assert.Equal([0f, 2], ReadFeatures(data, 0));
        Assert.Equal(0, data.ReadLabel(0));
        var regression = Dataset.From(new float[][] { [1] }, new float[] { 5 }).With(new Doubling());
        var value = new float[1];
        regression.ReadValues(0, value);
        Assert.Equal([5f], value);
    }

    [Fact]
    public void Binarizing_puts_the_threshold_itself_and_NaN_below()
    {
        float[] features = [0.5f, float.BitIncrement(0.5f), float.NaN, -1, 2];
        new Binarize().Apply(features, 1);
        Assert.Equal([0f, 1, 0, 0, 1], features);
    }

    [Fact]
    public void A_pipeline_survives_JSON_to_the_bit()
    {
        var pipeline = new TransformPipeline(new Binarize(0.1f), new Standardization([0.1 + 0.2, 1 / 3d], [Math.PI, 1e-300]));
        var read = TransformPipeline.FromJson(pipeline.ToJson());
        Assert.Equal(pipeline, read);
        Assert.Equal(pipeline.GetHashCode(), read.GetHashCode());
        Assert.StartsWith("[{\"kind\":\"binarize\",\"threshold\":0.1},{\"kind\":\"standardize\",\"mean\":[0.30000000000000004,", pipeline.ToJson(), StringComparison.Ordinal);
        Assert.Equal("[]", TransformPipeline.Identity.ToJson());
        Assert.NotEqual(pipeline, TransformPipeline.Identity.Then(new Binarize(0.1f)));
    }

    [Fact]
    public void A_kind_of_ones_own_is_rebuilt_by_ones_own_code()
    {
        var json = new TransformPipeline(new Doubling(), new Binarize()).ToJson();
        Refused<DatasetException>("EK0313", () => TransformPipeline.FromJson(json), "'double'");
        Assert.Equal(2, TransformPipeline.FromJson(json, (kind, _) => kind == "double" ? new Doubling() : null).Transforms.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[{}]")]
    [InlineData("[{\"kind\":\"binarize\"}]")]
    [InlineData("[{\"kind\":\"binarize\",\"threshold\":\"half\"}]")]
    [InlineData("[{\"kind\":\"standardize\",\"mean\":[0],\"deviation\":[1,2]}]")]
    [InlineData("[{\"kind\":\"standardize\",\"mean\":[0],\"deviation\":[-1]}]")]
    [InlineData("[{\"kind\":\"standardize\",\"mean\":0,\"deviation\":1}]")]
    public void Damaged_JSON_is_refused(string json) =>
        Refused<DatasetException>("EK0313", () => TransformPipeline.FromJson(json));

    [Fact]
    public void Numbers_that_make_no_transform_are_refused()
    {
        Refused<DatasetException>("EK0313", () => _ = new Standardization([], []), "0 means");
        Refused<DatasetException>("EK0313", () => _ = new Standardization([double.NaN], [1]), "NaN");
        Refused<DatasetException>("EK0313", () => _ = new Binarize(float.NaN), "NaN");
        Refused<DatasetException>("EK0313", () => new Standardization([1, 2], [1, 1]).Apply(new float[3], 3), "2 channels met samples of 3");
    }

    [Fact]
    public void Reading_through_transforms_allocates_nothing()
    {
        var bytes = Dataset.FromBytes(new byte[1000], [10], new int[100]);
        var view = new TransformPipeline(new Binarize(), new Standardization([0.1], [0.3]), new Doubling()).Over(bytes);
        var features = new float[10];
        view.Read(0, features);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) view.Read(i, features);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Fill(int index, Span<float> features, float offset = 0.3f)
    {
        for (var i = 0; i < features.Length; i++) features[i] = offset + MathF.Sin((index * 7) + i) + (i % 2 * 0.5f);
    }

    private sealed class Doubling : ITransform
    {
        public string Kind => "double";

        public void Apply(Span<float> features, int channels)
        {
            foreach (ref var feature in features) feature *= 2;
        }

        public void WriteProperties(System.Text.Json.Utf8JsonWriter writer)
        {
        }
    }
}
