using Evenkeel.Cli.Tests.Support;

namespace Evenkeel.Cli.Tests.Commands;

public sealed class TuneTests : IDisposable
{
    private readonly SmallDataset _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Settings_are_searched_the_journal_goes_on_and_the_page_is_written()
    {
        var space = Write("""{ "lr": { "from": 0.0001, "to": 1, "scale": "log" }, "hidden": { "choices": ["4", "8,8"] }, "optimizer": { "choices": ["sgd", "adam"] } }""");
        string[] command = ["tune", space, _data.Folder, "--epochs", "3", "--batch-size", "20", "--validation", "40", "--threads", "1", "--report", _data["page.html"]];
        var run = await Support.Cli.SucceedAsync([.. command, "--trials", "3"]);
        Assert.Contains("0 of 3 trials are in ", run.Output, StringComparison.Ordinal);
        Assert.Contains("trial 2: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("best trials:", run.Output, StringComparison.Ordinal);
        Assert.Contains("--hidden", run.Output, StringComparison.Ordinal);
        run = await Support.Cli.SucceedAsync([.. command, "--trials", "6", "--json"]);
        Assert.Contains("3 of 6 trials", run.Error, StringComparison.Ordinal);
        Assert.Equal(6, run.Json.GetProperty("trials").GetInt32());
        Assert.InRange(run.Json.GetProperty("best").GetProperty("value").GetDouble(), 0, 0.2);
        Assert.Contains(run.Json.GetProperty("best").GetProperty("settings").GetProperty("hidden").GetString(), new[] { "4", "8,8" });
        Assert.Contains("Leaderboard", await File.ReadAllTextAsync(_data["page.html"]), StringComparison.Ordinal);
        var other = await Support.Cli.RunAsync("tune", space, _data.Folder, "--epochs", "4", "--threads", "1");
        Assert.Contains("EK0462", other.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "rate": { "from": 0, "to": 1 } }""", "EK0604", "'rate', which does not exist")]
    [InlineData("""{ "seed": { "from": 0, "to": 5, "integer": true } }""", "EK0604", "'seed'")]
    [InlineData("""{ "lr": { "from": 0, "to": 1 } }""", "EK0603", "gives --lr 0: --lr got '0', but expected a number above 0")]
    [InlineData("""{ "optimizer": { "choices": ["sgd", "adom"] } }""", "EK0603", "Did you mean 'adam'")]
    [InlineData("""{ "lr": 3 }""", "EK0460", "could not be understood")]
    public async Task A_space_that_train_would_not_understand_is_refused_before_the_first_trial(string space, string code, string text)
    {
        var run = await Support.Cli.RunAsync("tune", Write(space), _data.Folder);
        Assert.NotEqual(ExitCode.Success, run.Exit);
        Assert.Contains(code, run.Error, StringComparison.Ordinal);
        Assert.Contains(text, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_needs_samples_to_judge_by()
    {
        var run = await Support.Cli.RunAsync("tune", Write("""{ "lr": { "from": 0.1, "to": 1 } }"""), _data.Folder, "--validation", "0");
        Assert.Contains("EK0603", run.Error, StringComparison.Ordinal);
        Assert.Contains("--validation", run.Error, StringComparison.Ordinal);
    }

    private string Write(string space)
    {
        File.WriteAllText(_data["space.json"], space);
        return _data["space.json"];
    }
}
