using Evenkeel.Data.Datasets;
using Evenkeel.Data.Tables;
using Evenkeel.Data.Transforms;
using static Evenkeel.Data.Tests.Assertions;

namespace Evenkeel.Data.Tests.Datasets;

public sealed class DatasetFromTests
{
    private static readonly float[][] Rows = [[1, 2, 3], [4, 5, 6]];
    private static readonly float[,] Matrix = { { 1, 2, 3 }, { 4, 5, 6 } };

    public static TheoryData<string> Classified => ["rows", "matrix", "memory", "copy", "sequence", "delegate"];

    public static TheoryData<string> Regressions => ["rows", "matrix", "memory", "sequence", "delegate"];

    [Theory]
    [MemberData(nameof(Classified))]
    public void Every_source_of_classes_gives_the_same_samples(string source)
    {
        var data = source switch
        {
            "rows" => Dataset.From(Rows, [1, 0]),
            "matrix" => Dataset.From(Matrix, [1, 0]),
            "memory" => Dataset.From(new float[] { 1, 2, 3, 4, 5, 6 }, [3], new[] { 1, 0 }),
            "copy" => Dataset.Copy([1, 2, 3, 4, 5, 6], [3], [1, 0]),
            "sequence" => Dataset.From(Rows.Zip([1, 0])),
            _ => Dataset.From(2, [3], (i, x) => Rows[i].CopyTo(x), i => 1 - i, TargetSpec.Classes(2)),
        };
        Assert.Equal(2, data.Count);
        Assert.Equal([3], data.Shape);
        Assert.Equal(TargetKind.ClassIndex, data.Target.Kind);
        Assert.Equal(["0", "1"], data.Target.ClassNames);
        Assert.Equal([1f, 2, 3], ReadFeatures(data, 0));
        Assert.Equal([4f, 5, 6], ReadFeatures(data, 1));
        Assert.Equal([1, 0], new[] { data.ReadLabel(0), data.ReadLabel(1) });
    }

    [Theory]
    [MemberData(nameof(Regressions))]
    public void Every_source_of_values_gives_the_same_targets(string source)
    {
        float[][] targets = [[7, 8], [9, 10]];
        var data = source switch
        {
            "rows" => Dataset.From(Rows, targets),
            "matrix" => Dataset.From(Matrix, new float[,] { { 7, 8 }, { 9, 10 } }),
            "memory" => Dataset.From(new float[] { 1, 2, 3, 4, 5, 6 }, [3], new float[] { 7, 8, 9, 10 }, 2),
            "sequence" => Dataset.From(Rows.Zip(targets)),
            _ => Dataset.From(2, [3], (i, x) => Rows[i].CopyTo(x), (i, y) => targets[i].CopyTo(y), 2),
        };
        Assert.Equal(TargetSpec.Values(2), data.Target);
        var values = new float[2];
        data.ReadValues(1, values);
        Assert.Equal([9f, 10], values);
        Assert.Equal([4f, 5, 6], ReadFeatures(data, 1));
        Assert.Equal([9f, 10], ReadValues(data.Materialize(), 1));
    }

    [Fact]
    public void One_target_value_per_row_makes_a_width_of_one()
    {
        var data = Dataset.From(Rows, new float[] { 0.5f, -0.5f });
        Assert.Equal(1, data.Target.Width);
        Assert.Equal([-0.5f], ReadValues(data, 1));
    }

    [Fact]
    public void Rows_are_copied_and_memory_is_not()
    {
        float[][] rows = [[1, 2]];
        float[] flat = [1, 2];
        var copied = Dataset.From(rows, [0]);
        var shared = Dataset.From(flat, [2], new[] { 0 });
        rows[0][0] = 9;
        flat[0] = 9;
        Assert.Equal(1, ReadFeatures(copied, 0)[0]);
        Assert.Equal(9, ReadFeatures(shared, 0)[0]);
    }

    [Fact]
    public void Bytes_become_fractions_of_255()
    {
        var data = Dataset.FromBytes(new byte[] { 0, 51, 255, 128 }, [2, 1, 1], new[] { 0, 2 });
        Assert.Equal([0f, 51 / 255f], ReadFeatures(data, 0));
        Assert.Equal([1f, 128 / 255f], ReadFeatures(data, 1));
        Assert.Equal(3, data.Target.ClassCount);
    }

    [Fact]
    public void Shapes_and_class_names_are_kept()
    {
        var data = Dataset.From(Rows, [1, 0], [1, 3, 1], ["cat", "dog"], "pets");
        Assert.Equal("[1, 3, 1]", data.Shape.ToString());
        Assert.Equal((3, 1, 3), (data.Shape.Length, data.Shape.Channels, data.Shape.Rank));
        Assert.Equal(["cat", "dog"], data.Target.ClassNames);
        Assert.Equal("pets", data.Name);
    }

    [Fact]
    public void Samples_of_different_length_are_refused() =>
        Assert.Equal(1, Refused<DatasetException>("EK0301", () => Dataset.From(new float[][] { [1, 2], [3] }, [0, 0]), "sample 1 has 1 features", "[2]").Index);

    [Fact]
    public void A_span_of_another_length_is_refused() =>
        Refused<DatasetException>("EK0301", () => Dataset.From(Rows, [0, 1]).Read(0, new float[4]), "4 features");

    [Fact]
    public void Floats_left_over_are_refused() =>
        Refused<DatasetException>("EK0301", () => Dataset.From(new float[7], [3], new[] { 0, 0 }), "sample 2 has 1 features");

    [Fact]
    public void Another_number_of_labels_is_refused() =>
        Refused<DatasetException>("EK0302", () => Dataset.From(Rows, [0]), "2 samples came with 1 labels");

    [Fact]
    public void Another_number_of_targets_is_refused() =>
        Refused<DatasetException>("EK0302", () => Dataset.From(Rows, new float[][] { [0] }), "1 targets");

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void A_label_outside_the_classes_is_refused(int label) =>
        Assert.Equal(1, Refused<DatasetException>("EK0303", () => Dataset.From(Rows, [0, label], classNames: ["a", "b"]), "sample 1 has label", "0..1").Index);

    [Fact]
    public void A_stray_huge_label_does_not_make_as_many_classes() =>
        Refused<DatasetException>("EK0303", () => Dataset.From(Rows, [0, int.MaxValue]), "2147483647");

    [Fact]
    public void A_label_that_a_delegate_gives_is_checked_when_read() =>
        Refused<DatasetException>("EK0303", () => Dataset.From(2, [1], (_, x) => x[0] = 0, _ => 5, TargetSpec.Classes(5)).ReadLabel(1), "label 5", "0..4");

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Numbers_that_are_not_finite_are_refused_with_their_place(float bad)
    {
        Assert.Equal(1, Refused<DatasetException>("EK0304", () => Dataset.From(new float[][] { [1, 2], [3, bad] }, [0, 0]), "feature 1 of sample 1").Index);
        Refused<DatasetException>("EK0304", () => Dataset.From(new float[][] { [1, 2], [3, 4] }, new float[] { bad, 0 }), "target value 0 of sample 0");
        var lazy = Dataset.From(3, [1], (i, x) => x[0] = i == 2 ? bad : 0, _ => 0, TargetSpec.Classes(1));
        Assert.Equal(2, Refused<DatasetException>("EK0304", () => lazy.Materialize(), "sample 2").Index);
        Assert.Equal(2, Refused<DatasetException>("EK0304", () => lazy.RequireFinite(), "sample 2").Index);
    }

    [Fact]
    public void No_samples_are_refused()
    {
        Refused<DatasetException>("EK0305", () => Dataset.From(Array.Empty<float[]>(), Array.Empty<int>()));
        Refused<DatasetException>("EK0305", () => Dataset.From(new float[0, 3], Array.Empty<int>()));
        Refused<DatasetException>("EK0305", () => Dataset.From(0, [1], (_, _) => { }, _ => 0, TargetSpec.Classes(1)));
        Refused<DatasetException>("EK0305", () => Dataset.FromBytes(default, [1], default));
    }

    [Fact]
    public void Asking_for_the_other_kind_of_target_is_refused()
    {
        Refused<DatasetException>("EK0306", () => Dataset.From(Rows, [0, 1]).ReadValues(0, new float[1]), "2 classes");
        Refused<DatasetException>("EK0306", () => Dataset.From(Rows, new float[] { 0, 1 }).ReadLabel(0), "1 values");
    }

    [Fact]
    public void Targets_of_different_width_are_refused()
    {
        Refused<DatasetException>("EK0307", () => Dataset.From(Rows, new float[][] { [1], [1, 2] }), "sample 1 has 2 target values");
        Refused<DatasetException>("EK0307", () => Dataset.From(Rows, new float[] { 0, 1 }).ReadValues(0, new float[2]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(int.MaxValue)]
    public void Impossible_shapes_are_refused(int dimension) =>
        Refused<DatasetException>("EK0308", () => SampleShape.Create([2, dimension]), "[2, ");

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void An_index_outside_is_refused(int index)
    {
        var data = Dataset.From(Rows, [0, 1]);
        Refused<DatasetException>("EK0309", () => data.Read(index, new float[3]), "0..1");
        Refused<DatasetException>("EK0309", () => data.ReadLabel(index));
    }

    [Fact]
    public void Shapes_and_targets_are_compared_by_value()
    {
        SampleShape one = [28, 28, 1], other = [28, 28, 1], third = [784];
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, third);
        Assert.Equal(1, third.Channels);
        Assert.Equal(TargetSpec.Classes(2), TargetSpec.Classes(["0", "1"]));
        Assert.NotEqual(TargetSpec.Classes(2), TargetSpec.Classes(["0", "one"]));
        Assert.NotEqual(TargetSpec.Classes(1), TargetSpec.Values(1));
    }

    private static float[] ReadValues(Dataset data, int index)
    {
        var values = new float[data.Target.Width];
        data.ReadValues(index, values);
        return values;
    }

    [Fact]
    public void A_number_that_is_not_finite_is_named_by_its_place_in_the_source_however_the_samples_are_viewed()
    {
        var lazy = Dataset.From(100, [2], static (index, features) => (features[0], features[1]) = (index, index == 41 ? float.NaN : 1), static index => index % 2, TargetSpec.Classes(2));
        var (first, second) = lazy.HoldOut(50, 3);
        var part = Enumerable.Range(0, first.Count).Any(i => Numbers(first, i)[0] == 41) ? first : second;
        Assert.Equal(41, Refused<DatasetException>("EK0304", () => Standardization.Measure(part.With(new Standardization([0], [1]))), "feature 1 of sample 41").Index);
        Assert.Equal(41, Refused<DatasetException>("EK0304", () => part.With(new Standardization([0], [1])).RequireFinite()).Index);
        (part == first ? second : first).RequireFinite();
        var targets = Dataset.From(3, [1], static (_, features) => features[0] = 1, static (index, values) => values[0] = index == 2 ? float.PositiveInfinity : 0, 1);
        Assert.Equal(2, Refused<DatasetException>("EK0304", () => TargetScaling.Measure(targets), "target value 0 of sample 2").Index);

        static float[] Numbers(Dataset data, int index)
        {
            var numbers = new float[2];
            data.Read(index, numbers);
            return numbers;
        }
    }

    [Fact]
    public void Missing_arguments_are_named()
    {
        Assert.Equal("samples", Assert.Throws<ArgumentNullException>(() => Dataset.From((float[][])null!, [0])).ParamName);
        Assert.Equal("samples", Assert.Throws<ArgumentNullException>(() => Dataset.From((float[,])null!, [0], [1])).ParamName);
        Assert.Equal("labels", Assert.Throws<ArgumentNullException>(() => Dataset.From([[1f]], (int[])null!)).ParamName);
        Assert.Equal("targets", Assert.Throws<ArgumentNullException>(() => Dataset.From([[1f]], (float[])null!)).ParamName);
    }
}
