using System.Globalization;
using System.Text.Json;

namespace Evenkeel.Cli.Tests.Commands;

public sealed class TableTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("evenkeel-table-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_table_of_classes_is_learnt_told_about_and_answered_for_from_raw_rows()
    {
        var file = Write("flowers.csv", "no;length;colour;kind", static i => $"{i};{(i % 3) + (i * 7 % 10 / 20.0):F2};{(i % 2 == 0 ? "red" : "")};{"arv"[i % 3]}");
        var run = await Support.Cli.SucceedAsync("train", file, "--target", "kind", "--epochs", "30", "--seed", "2", "--threads", "1", "--out", this["run"]);
        Assert.Contains("flowers: 160 samples of [2], 40 to test", run.Output, StringComparison.Ordinal);
        Assert.Contains("target 'kind': 3 classes (a, r, v)", run.Output, StringComparison.Ordinal);
        Assert.Contains("numbers: length\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("categories: colour (1 levels)", run.Output, StringComparison.Ordinal);
        Assert.Contains("left out: no (it counts the rows)", run.Output, StringComparison.Ordinal);
        Assert.Contains("test accuracy 100.00%", run.Output, StringComparison.Ordinal);

        var predicted = await Support.Cli.RunWithInputAsync("colour,length\nred,2.2\n,0.1\n", "predict", this["run"], "-", "--json");
        Assert.Equal(["v", "a"], predicted.Json.GetProperty("predictions").EnumerateArray().Select(static item => item.GetProperty("name").GetString()));
        var measured = await Support.Cli.SucceedAsync("eval", this["run"], file, "--json");
        Assert.Equal(200, measured.Json.GetProperty("samples").GetInt32());
        Assert.Equal(1, measured.Json.GetProperty("test_accuracy").GetDouble());
        var failed = await Support.Cli.RunWithInputAsync("colour,width\nred,2.2\n", "predict", this["run"], "-");
        Assert.Equal(ExitCode.Failure, failed.Exit);
        Assert.Contains("EK0579", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_of_numbers_is_regressed_in_its_own_units_and_resumes()
    {
        var file = Write("prices.csv", "area,code,price", static i => $"{30 + (i * 37 % 200)},{10 + (i % 2)},{(30 + (i * 37 % 200)) * (i % 2 == 0 ? 1000 : 3000)}");
        var run = await Support.Cli.SucceedAsync("train", file, "--target", "price", "--category", "code", "--epochs", "60", "--threads", "1", "--out", this["run"], "--json");
        var metrics = run.Json.GetProperty("test_metrics");
        Assert.True(metrics.GetProperty("r2").GetDouble() > 0.95, run.Output);
        Assert.InRange(metrics.GetProperty("root_mean_squared_error").GetDouble(), 100, 40_000);
        Assert.Contains("target 'price': a number (regression)", run.Error, StringComparison.Ordinal);
        Assert.Contains("categories: code (2 levels)", run.Error, StringComparison.Ordinal);
        using var configuration = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(this["run"], "config.json")));
        Assert.Equal("price", configuration.RootElement.GetProperty("caller").GetProperty("target").GetString());
        var again = await Support.Cli.SucceedAsync("train", "--resume", this["run"], "--json");
        Assert.Equal(run.Json.ToString(), again.Json.ToString());
        var predicted = await Support.Cli.RunWithInputAsync("area,code\n100,11\n", "predict", this["run"], "-", "--json");
        Assert.InRange(predicted.Json.GetProperty("predictions")[0].GetProperty("outputs")[0].GetDouble(), 240_000, 360_000);
        var robust = await Support.Cli.SucceedAsync("train", file, "--target", "price", "--category", "code", "--loss", "huber", "--metrics", "r2", "--epochs", "60", "--threads", "1", "--out", this["robust"], "--json");
        Assert.True(Assert.Single(robust.Json.GetProperty("test_metrics").EnumerateObject()).Value.GetDouble() > 0.9, robust.Output);
        var ranked = await Support.Cli.RunAsync("train", file, "--target", "price", "--metrics", "top5_accuracy", "--out", this["ranked"]);
        Assert.Contains("EK0545", ranked.Error, StringComparison.Ordinal);
        var doctor = await Support.Cli.SucceedAsync("doctor", this["run"], file, "--threads", "1", "--json");
        Assert.True(doctor.Json.GetProperty("loss_gap").GetProperty("evaluation").GetDouble() < 1, "in units of the targets' deviation");
        var failed = await Support.Cli.RunAsync("doctor", "mlp", file);
        Assert.Contains("EK0621", failed.Error, StringComparison.Ordinal);
        Assert.Contains("test r2 ", (await Support.Cli.SucceedAsync("eval", this["run"], file)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_learning_rate_is_found_for_a_table()
    {
        var file = Write("t.csv", "x,y", static i => $"{i % 17}.5,{i * 3 % 17}.5");
        var run = await Support.Cli.SucceedAsync("lr-find", file, "--target", "y", "--rates", "20", "--threads", "1", "--json");
        Assert.Equal("t", run.Json.GetProperty("dataset").GetString());
    }

    [Fact]
    public async Task What_does_not_go_together_is_refused_and_says_what_to_add()
    {
        var file = Write("t.csv", "x,y", static i => $"{i % 17}.5,{i % 2}");
        await Refused("EK0620", "its columns are x, y", "train", file);
        await Refused("EK0605", "--target", "train", "glyphs", "--target", "y");
        await Refused("EK0576", "Did you mean 'x'", "train", file, "--target", "X");
        await Refused("EK0604", "classify", "train", file, "--target", "y", "--task", "guess");
        await Refused("EK0603", "names with commas", "train", file, "--target", "y", "--ignore", "x,,y");

        static async Task Refused(string code, string text, params string[] args)
        {
            var run = await Support.Cli.RunAsync(args);
            Assert.NotEqual(ExitCode.Success, run.Exit);
            Assert.Contains(code, run.Error, StringComparison.Ordinal);
            Assert.Contains(text, run.Error, StringComparison.Ordinal);
        }
    }

    private string this[string name] => Path.Combine(_root, name);

    private string Write(string name, string header, Func<int, FormattableString> row)
    {
        File.WriteAllLines(this[name], Enumerable.Range(0, 200).Select(i => row(i).ToString(CultureInfo.InvariantCulture)).Prepend(header));
        return this[name];
    }
}
