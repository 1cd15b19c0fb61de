using System.Text.Json;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Inspection;
using Evenkeel.TestKit;

namespace Evenkeel.Data.Tests.Inspection;

public sealed class DatasetReportTests
{
    private static readonly DatasetParts Small = new(
        "small",
        Dataset.From(new float[][] { [0, 1, 5], [0, 2, 5], [0, 1, 5], [0, 2, 5], [0, 3, 5] }, [0, 1, 0, 2, 1], classNames: ["a", "b", "c", "d"], name: "small/train"),
        Dataset.From(new float[][] { [0, 3, 5], [9, 9, 9], [0, 1, 5] }, [1, 1, 3], classNames: ["a", "b", "c", "d"], name: "small/test"),
        "here");

    [Fact]
    public void Everything_is_counted()
    {
        var report = DatasetReport.Of(Small);
        Assert.Equal(("small", "here"), (report.Name, report.Source));
        Assert.Equal([2, 2, 1, 0], report.Training.ClassCounts);
        Assert.Equal((0, 2), (report.Training.SmallestLabel, report.Training.LargestLabel));
        Assert.Equal((1, 3), (report.Test.SmallestLabel, report.Test.LargestLabel));
        Assert.Equal(2, report.Training.Duplicates);
        Assert.Equal(1, report.Training.ConflictingDuplicates);
        Assert.Equal([new DuplicatePair(2, 0), new DuplicatePair(3, 1)], report.Training.DuplicateExamples);
        Assert.Equal(2, report.Overlap);
        Assert.Equal([new DuplicatePair(0, 4), new DuplicatePair(2, 0)], report.OverlapExamples);
        Assert.Equal(2, report.Training.ConstantFeatures);
        Assert.Equal(0, report.Test.ConstantFeatures);
        Assert.Equal(0, report.Training.NonFinite);
    }

    [Fact]
    public void Moments_are_exact_on_small_numbers()
    {
        // 15 numbers: 0 five times, 5 five times, and 1 2 1 2 3: sum 34, sum of squares 144.
        var moments = DatasetReport.Of(Small).Training.Features;
        Assert.Equal(15, moments.Count);
        Assert.Equal(34 / 15d, moments.Mean, 14);
        Assert.Equal(Math.Sqrt((144 / 15d) - (34 / 15d * 34 / 15d)), moments.Deviation, 14);
        Assert.Equal((0, 5), (moments.Minimum, moments.Maximum));
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_counted_and_left_out_of_the_moments()
    {
        float[][] rows = [[1, float.NaN, 3], [float.PositiveInfinity, float.NaN, float.NaN], [1, 2, 3]];
        var data = Dataset.From(3, [3], (i, x) => rows[i].CopyTo(x), _ => 0, TargetSpec.Classes(1));
        var report = DatasetReport.Of(new DatasetParts("bad", data, data, "here"));
        Assert.Equal(4, report.Training.NonFinite);
        Assert.Equal((5, 2.0, 1.0, 3.0), (report.Training.Features.Count, report.Training.Features.Mean, report.Training.Features.Minimum, report.Training.Features.Maximum));
        Assert.Equal(3, report.Overlap);
    }

    [Fact]
    public void Value_targets_have_moments_instead_of_classes()
    {
        var data = Dataset.From(new float[][] { [1], [2] }, new float[] { 4, 6 });
        var report = DatasetReport.Of(new DatasetParts("values", data, data.Take(1), "here"));
        Assert.Empty(report.Training.ClassCounts);
        Assert.Null(report.Training.LargestLabel);
        Assert.Equal((5.0, 1.0), (report.Training.Targets.Mean, report.Training.Targets.Deviation));
    }

    [Fact]
    public void Samples_that_only_share_a_hash_are_told_apart()
    {
        var data = Dataset.From(new float[][] { [1], [2], [3] }, [0, 0, 0]);
        var index = new ContentIndex(data);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(-1, index.Find([i + 1], hash: 77));
            index.Add(i, hash: 77);
        }

        for (var i = 0; i < 3; i++) Assert.Equal(i, index.Find([i + 1], hash: 77));
        Assert.Equal(-1, index.Find([4], hash: 77));
    }

    [Fact]
    public void The_hash_depends_on_every_feature_and_its_place()
    {
        foreach (var length in new[] { 1, 2, 3, 4, 5, 8, 9 })
        {
            var features = Enumerable.Range(0, length).Select(i => (float)i + 1).ToArray();
            var hashes = new HashSet<ulong> { ContentIndex.Hash(features) };
            for (var i = 0; i < length; i++)
            {
                features[i] += 0.5f;
                Assert.True(hashes.Add(ContentIndex.Hash(features)), $"feature {i} of {length}");
                features[i] -= 0.5f;
            }

            Array.Reverse(features);
            Assert.Equal(length > 1, hashes.Add(ContentIndex.Hash(features)));
        }
    }

    [Fact]
    public void The_report_is_written_as_JSON()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) DatasetReport.Of(Small).Write(writer);
        using var json = JsonDocument.Parse(stream.ToArray());
        var root = json.RootElement;
        Assert.Equal(2, root.GetProperty("overlap").GetInt32());
        Assert.Equal(3, root.GetProperty("training").GetProperty("class_counts").GetArrayLength() - 1);
        Assert.Equal(5, root.GetProperty("training").GetProperty("features").GetProperty("maximum").GetDouble());
        Assert.Equal("[[2,0],[3,1]]", root.GetProperty("training").GetProperty("duplicate_examples").GetRawText());
    }

    [Fact]
    public void Progress_is_told_and_cancelling_ends_it()
    {
        var counting = Assertions.Counting(2500);
        var told = new List<int>();
        DatasetReport.Of(new DatasetParts("counting", counting, counting.Take(10), "here"), new Listener(told.Add));
        Assert.Equal([1000, 2000, 2500, 2510], told);
        Assert.Throws<OperationCanceledException>(() => DatasetReport.Of(Small, cancellation: new CancellationToken(canceled: true)));
    }

    [MnistFact]
    public void The_real_MNIST_has_no_duplicates_and_no_overlap()
    {
        var report = DatasetReport.Of(Mnist.Load(DataFolders.FromEnvironment));
        Assert.Equal((60_000, 10_000), (report.Training.Count, report.Test.Count));
        Assert.Equal((0, 0, 0), (report.Training.Duplicates, report.Test.Duplicates, report.Overlap));
        Assert.Equal((0, 9), (report.Training.SmallestLabel, report.Training.LargestLabel));
        // 67 pixels of the frame are never inked in the training part, 116 in the test part.
        Assert.Equal((67, 116), (report.Training.ConstantFeatures, report.Test.ConstantFeatures));
        Assert.Equal((0.0, 1.0), (report.Training.Features.Minimum, report.Training.Features.Maximum));
    }

    private sealed class Listener(Action<int> tell) : IProgress<int>
    {
        public void Report(int value) => tell(value);
    }
}
