using System.Text.Json;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Tables;
using Evenkeel.Data.Transforms;
using static Evenkeel.Data.Tests.Assertions;

namespace Evenkeel.Data.Tests.Tables;

public sealed class TableTransformTests
{
    private const double Rounding = 1e-6;

    private static readonly TableSchema Schema = new([new("n", ColumnKind.Number, [], true), new("c", ColumnKind.Category, ["a", "b"]), new("f", ColumnKind.Number, [])], "t", TargetSpec.Values(1));

    [Fact]
    public void Numbers_are_measured_where_they_are_there_and_features_of_0_and_1_stay()
    {
        var data = Schema.CreateDataset(CsvTable.Parse(new StringReader("n,c,f,t\n1,a,5,1\n,b,5,2\n4,a,5,3\n7,b,5,4\n"), "text"), "data");
        var standardization = ColumnStandardization.Measure(data, Schema);
        Assert.Equal([4, 0, 0, 0, 5], standardization.Mean.Select(static value => Math.Round(value, 6)));
        Assert.Equal(Math.Sqrt(6), standardization.Deviation[0], Rounding);
        Assert.Equal([1, 1, 1, 0], standardization.Deviation.Skip(1));
        var view = data.With(standardization);
        Assert.Equal((1 - 4) / Math.Sqrt(6), ReadFeatures(view, 0)[0], Rounding);
        Assert.Equal([0, 1, 0, 1, 0], ReadFeatures(view, 1));
        Assert.Equal(standardization, new TransformPipeline(standardization) is var pipeline ? (ColumnStandardization)TransformPipeline.FromJson(pipeline.ToJson()).Transforms[0] : null);
        Refused<DatasetException>("EK0313", () => standardization.Apply(new float[7], 1), "5 columns met 7 features");
    }

    [Fact]
    public void A_column_whose_training_rows_lack_every_number_is_0()
    {
        var data = Schema.CreateDataset(CsvTable.Parse(new StringReader("n,c,f,t\n,a,1,1\n?,b,2,2\n"), "text"), "data");
        Assert.Equal(0, ReadFeatures(data.With(ColumnStandardization.Measure(data, Schema)), 1)[0]);
    }

    [Fact]
    public void Targets_are_scaled_and_outputs_restored()
    {
        var data = Dataset.From(new float[6], [2], new float[] { 100, 1, 200, 1, 600, 1 }, 2);
        var scaling = TargetScaling.Measure(data);
        Assert.Equal([300, 1], scaling.Mean.Select(static value => Math.Round(value, 6)));
        Assert.Equal([Math.Round(Math.Sqrt(140000d / 3), 6), 1], scaling.Deviation.Select(static value => Math.Round(value, 6)));
        var targets = new float[2];
        scaling.Over(data).ReadValues(2, targets);
        Assert.Equal(300 / Math.Sqrt(140000d / 3), targets[0], Rounding);
        Assert.Equal(0, targets[1]);
        scaling.Restore(targets);
        Assert.Equal(600, targets[0], 600 * Rounding);
        Assert.Equal(1, targets[1]);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) scaling.Write(writer);
        Assert.Equal(scaling, TargetScaling.Parse(JsonDocument.Parse(stream.ToArray()).RootElement));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"mean\":[1],\"deviation\":[]}")]
    [InlineData("{\"mean\":[1],\"deviation\":[-1]}")]
    [InlineData("{\"mean\":[\"x\"],\"deviation\":[1]}")]
    public void A_damaged_scaling_is_refused(string json) => Refused<DatasetException>("EK0313", () => TargetScaling.Parse(JsonDocument.Parse(json).RootElement), "scaling of targets");
}
