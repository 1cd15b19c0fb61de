using Evenkeel.Data.Datasets;
using Evenkeel.Data.Tables;
using static Evenkeel.Data.Tests.Assertions;

namespace Evenkeel.Data.Tests.Tables;

public sealed class TableImportTests
{
    [Fact]
    public void Kinds_levels_and_left_out_columns_are_inferred()
    {
        var table = Table("id,size,gap,kind,code,note,fixed,void,label", i => $"{i},{i % 9}.25,{(i % 5 == 0 ? "NA" : i % 4)},{"xyz"[i % 3]},{100 + (i % 2)},n{i},7,,{(i % 3 == 0 ? "yes" : "no")}");
        var import = TableImport.From(table, new TableOptions { Target = "label", Categories = ["code"] });
        Assert.Equal(
            [
                new TableColumn("size", ColumnKind.Number, []), new TableColumn("gap", ColumnKind.Number, [], MarksMissing: true),
                new TableColumn("kind", ColumnKind.Category, ["x", "y", "z"]), new TableColumn("code", ColumnKind.Category, ["100", "101"]),
            ],
            import.Schema.Columns);
        Assert.Equal(1 + 2 + 3 + 2, import.Schema.FeatureCount);
        Assert.Equal(["no", "yes"], import.Schema.Target.ClassNames);
        Assert.Equal(["id", "note", "fixed", "void"], import.LeftOut.Select(static column => column.Name));
        Assert.Equal("it counts the rows", import.LeftOut[0].Reason);
        Assert.StartsWith("text that nearly always differs, such as 'n0'", import.LeftOut[1].Reason, StringComparison.Ordinal);
        Assert.Equal(["one value alone", "empty"], import.LeftOut.Skip(2).Select(static column => column.Reason));
        Assert.Equal([80, 20], [import.Parts.Training.Count, import.Parts.Test.Count]);
    }

    [Fact]
    public void A_few_cells_that_are_no_numbers_are_named_where_they_cost_a_column_of_numbers()
    {
        var import = TableImport.From(Table("size,other,label", i => $"{(i == 7 ? "inf" : i == 50 ? "1;2" : $"{i * 0.37}")},{i % 7},{i % 2}"), new TableOptions { Target = "label" });
        Assert.Equal(new LeftOutColumn("size", "numbers but for 2 of 100 cells, such as 'inf': correct those, or leave them empty"), Assert.Single(import.LeftOut));
    }

    [Fact]
    public void Cells_become_features_and_missing_and_unknown_ones_have_their_meaning()
    {
        var schema = new TableSchema([new("n", ColumnKind.Number, [], true), new("c", ColumnKind.Category, ["a", "b"])], "t", TargetSpec.Values(1));
        Assert.Equal([1.5f, 0, 1, 0], Encode("1.5", "a"));
        Assert.Equal([-2e3f, 0, 0, 1], Encode("-2e3", "b"));
        Assert.Equal([float.NaN, 1, 0, 0], Encode("?", "unheard of"));
        Assert.Equal([float.NaN, 1, 0, 0], Encode(null, ""));
        Assert.Equal([3, 0, 1, 0, float.NaN, 1, 0, 1], schema.Encode(CsvTable.Parse(new StringReader("c,more,n\na,1,3\nb,2,null\n"), "text")));

        float[] Encode(string? n, string? c)
        {
            var features = new float[4];
            schema.Encode(new Dictionary<string, string?> { ["n"] = n, ["c"] = c, ["other"] = "x" }, features);
            return features;
        }
    }

    [Fact]
    public void Every_class_has_its_share_of_what_is_held_out()
    {
        // 84 of a, 10 of b, 5 of c and a single d.
        var table = Table("x,t", i => $"{i * 7 % 13},{(i == 50 ? "d" : i % 20 == 3 ? "c" : i % 10 == 0 || i == 51 ? "b" : "a")}");
        for (var seed = 0UL; seed < 5; seed++)
        {
            var import = TableImport.From(table, new TableOptions { Target = "t", Seed = seed });
            Assert.Equal([17, 2, 1, 0], Classes(import.Parts.Test));
            Assert.Equal([67, 8, 4, 1], Classes(import.Parts.Training));
            var (rest, held) = import.Parts.Training.HoldOut(20, seed);
            Assert.Equal([17, 2, 1, 0], Classes(held));
            Assert.Equal([50, 6, 3, 1], Classes(rest));
        }

        // Where nothing else is left a class gives up its last row.
        var most = TableImport.From(table, new TableOptions { Target = "t", TestShare = 0.98 });
        Assert.Equal(98, most.Parts.Test.Count);

        static int[] Classes(Dataset dataset)
        {
            var counts = new int[4];
            for (var i = 0; i < dataset.Count; i++) counts[dataset.ReadLabel(i)]++;

            return counts;
        }
    }

    [Theory]
    [InlineData("red,blue", TableTask.Auto, "classes: blue, red")]
    [InlineData("10,9,2", TableTask.Auto, "classes: 2, 9, 10")]
    [InlineData("10,9,2", TableTask.Regress, "1 values")]
    [InlineData("1,2,3,4,5,6,7,8,9,10,11", TableTask.Auto, "1 values")]
    [InlineData("1,2,3,4,5,6,7,8,9,10,11", TableTask.Classify, "classes: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11")]
    [InlineData("0.5,1,2", TableTask.Auto, "1 values")]
    public void The_task_follows_the_targets_values_or_the_option(string values, TableTask task, string expected)
    {
        var target = values.Split(',');
        var spec = TableImport.From(Table("x,t", i => $"{i * 7 % 13},{target[i % target.Length]}"), new TableOptions { Target = "t", Task = task }).Schema.Target;
        Assert.Equal(expected, spec.Kind == TargetKind.Values ? spec.ToString() : $"classes: {string.Join(", ", spec.ClassNames)}");
    }

    [Fact]
    public void Rare_levels_beyond_the_most_and_unknown_ones_are_zeros()
    {
        var options = new TableOptions { Target = "t", MostLevels = 2 };
        var import = TableImport.From(Table("c,t", i => $"{(i % 10 == 0 ? "rare" : i % 2 == 0 ? "b" : "a")},{i % 2}"), options);
        Assert.Equal(["a", "b"], import.Schema.Columns[0].Levels);
    }

    [Fact]
    public void Levels_come_from_the_training_rows_and_rows_without_target_are_left_out()
    {
        var table = Table("c,t", i => $"{(i < 50 ? $"only{i % 2}" : "common")},{(i % 10 == 3 ? "" : i % 2)}");
        var import = TableImport.From(table, new TableOptions { Target = "t", Ignored = [], TestShare = 0.5 });
        Assert.Equal(10, import.RowsWithoutTarget);
        Assert.Equal(45, import.Parts.Training.Count);
        var levels = import.Schema.Columns[0].Levels;
        var present = Enumerable.Range(0, 45).SelectMany(i => ReadFeatures(import.Parts.Training, i).Select((x, f) => (x, f)).Where(static item => item.x == 1).Select(item => levels[item.f])).ToHashSet();
        Assert.Equal(levels, present.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_same_seed_holds_out_the_same_rows_and_another_one_others()
    {
        var table = Table("x,t", i => $"{i * 31 % 101},{i % 2}");
        Assert.Equal(Rows(1), Rows(1));
        Assert.NotEqual(Rows(1), Rows(2));

        float[] Rows(ulong seed)
        {
            var test = TableImport.From(table, new TableOptions { Target = "t", Seed = seed }).Parts.Test;
            return [.. Enumerable.Range(0, test.Count).Select(i => ReadFeatures(test, i)[0])];
        }
    }

    [Fact]
    public void What_cannot_be_learnt_from_is_refused()
    {
        var table = Table("x,name,same,t", i => $"{i * 31 % 101},n{i},1,{i % 2}");
        Refused<DatasetException>("EK0576", () => TableImport.From(table, new TableOptions { Target = "T" }), "no column 'T' to foretell", "Did you mean 't'");
        Refused<DatasetException>("EK0576", () => TableImport.From(table, new TableOptions { Target = "t", Ignored = ["y"] }), "to leave out");
        Refused<DatasetException>("EK0576", () => TableImport.From(table, new TableOptions { Target = "t", Categories = ["y"] }), "to take as a category");
        Refused<DatasetException>("EK0578", () => TableImport.From(table, new TableOptions { Target = "same" }), "one value alone");
        Refused<DatasetException>("EK0578", () => TableImport.From(table, new TableOptions { Target = "name" }), "100 values in 100 rows");
        Refused<DataFileException>("EK0577", () => TableImport.From(table, new TableOptions { Target = "name", Task = TableTask.Regress }), "'name' has 'n", "finite number");
        Refused<DatasetException>("EK0580", () => TableImport.From(table, new TableOptions { Target = "t", Ignored = ["x"] }), "x (as asked)", "name (text");
        Refused<DataFileException>("EK0575", () => TableImport.From(CsvTable.Parse(new StringReader("x,t\n1,2\n3,?\n"), "short"), new TableOptions { Target = "t" }), "has 1 rows", "10 are the least");
        Assert.Throws<ArgumentOutOfRangeException>(() => TableImport.From(table, new TableOptions { Target = "t", TestShare = 1 }));
    }

    [Fact]
    public void Rows_that_do_not_fit_the_schema_are_refused()
    {
        var schema = TableImport.From(Table("x,c,t", i => $"{i * 31 % 101},{"ab"[i % 2]},{(i % 3 == 0 ? "yes" : "no")}"), new TableOptions { Target = "t" }).Schema;
        Refused<DatasetException>("EK0579", () => schema.Encode(Parse("X,c\n1,a\n")), "no column 'x'", "Did you mean 'X'");
        Refused<DatasetException>("EK0579", () => schema.Encode(new Dictionary<string, string?> { ["x"] = "1" }, new float[schema.FeatureCount]), "no column 'c'");
        Refused<DataFileException>("EK0577", () => schema.Encode(Parse("x,c\n1,a\nbig,b\n")), "line 3", "column 'x' has 'big'");
        Refused<DataFileException>("EK0577", () => schema.Encode(Parse("x,c\n1e39,a\n")), "'1e39'");
        Refused<DataFileException>("EK0577", () => schema.Encode(new Dictionary<string, string?> { ["x"] = "1,5", ["c"] = "" }, new float[schema.FeatureCount]), "'1,5'");
        Refused<DataFileException>("EK0582", () => schema.CreateDataset(Parse("x,c,t\n1,a,maybe\n"), "more"), "line 2", "'maybe'", "Known: no, yes");
        Refused<DataFileException>("EK0575", () => schema.CreateDataset(Parse("x,c,t\n1,a,\n"), "more"), "0 rows with a value in 't'");
        Assert.Equal(1, schema.CreateDataset(Parse("t,c,x\nyes,a,1\n,b,2\n"), "more").ReadLabel(0));

        static CsvTable Parse(string text) => CsvTable.Parse(new StringReader(text), "rows");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"target\":{\"name\":\"t\"},\"columns\":[]}")]
    [InlineData("{\"target\":{\"name\":\"t\",\"classes\":[]},\"columns\":[{\"name\":\"x\",\"kind\":\"number\",\"marks_missing\":false}]}")]
    [InlineData("{\"target\":{\"name\":\"t\"},\"columns\":[{\"name\":\"x\",\"kind\":\"colour\"}]}")]
    [InlineData("{\"target\":{\"name\":\"t\"},\"columns\":[{\"name\":\"x\",\"kind\":\"category\",\"levels\":[\"b\",\"a\"]}]}")]
    [InlineData("{\"target\":{\"name\":\"t\"},\"columns\":[{\"name\":\"x\",\"kind\":\"category\",\"levels\":[null]}]}")]
    public void A_damaged_schema_is_refused(string json) => Refused<DatasetException>("EK0581", () => TableSchema.FromJson(json), "table schema");

    /// <summary>A hundred rows below a header.</summary>
    private static CsvTable Table(string header, Func<int, string> row) =>
        CsvTable.Parse(new StringReader(string.Join('\n', Enumerable.Range(0, 100).Select(row).Prepend(header))), "table");
}
