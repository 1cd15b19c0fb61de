using Evenkeel.Cli.Tests.Support;

namespace Evenkeel.Cli.Tests.Commands;

public sealed class PredictTests : IAsyncLifetime, IDisposable
{
    private readonly SmallDataset _data = new();

    public async Task InitializeAsync() => await Support.Cli.SucceedAsync("train", _data.Folder, "--hidden", "8", "--epochs", "4", "--out", _data["run"]);

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task An_idx_file_and_the_same_numbers_as_text_give_the_same_answers()
    {
        var bytes = await File.ReadAllBytesAsync(_data.TestImages);
        var lines = Enumerable.Range(0, SmallDataset.Test).Select(i => string.Join(", ", bytes.Skip(16 + (i * SmallDataset.Features)).Take(SmallDataset.Features).Select(static pixel => (pixel / 255f).ToString("R", System.Globalization.CultureInfo.InvariantCulture))));
        var fromIdx = await Support.Cli.SucceedAsync("predict", _data["run"], _data.TestImages, "--json");
        var fromText = await Support.Cli.RunWithInputAsync("# comment\n\n" + string.Join('\n', lines), "predict", _data["run"], "-", "--json");
        Assert.Equal(SmallDataset.Test, fromIdx.Json.GetProperty("samples").GetInt32());
        Assert.Equal(fromIdx.Output, fromText.Output);
    }

    [Fact]
    public async Task Most_answers_are_right()
    {
        var labels = (await File.ReadAllBytesAsync(Path.Combine(_data.Folder, "t10k-labels-idx1-ubyte")))[8..];
        var run = await Support.Cli.SucceedAsync("predict", _data["run"], _data.TestImages, "--json", "--top", "1");
        var classes = run.Json.GetProperty("predictions").EnumerateArray().Select(static item => item.GetProperty("class").GetInt32()).ToArray();
        Assert.True(classes.Where((label, index) => label == labels[index]).Count() > 45);
        Assert.All(run.Json.GetProperty("predictions").EnumerateArray(), static item => Assert.Equal(1, item.GetProperty("top").GetArrayLength()));
    }

    [Fact]
    public async Task Text_output_has_a_line_per_sample()
    {
        var run = await Support.Cli.SucceedAsync("predict", _data["run"], _data.TestImages, "--top", "2");
        var lines = run.Output.TrimEnd().Split('\n');
        Assert.Equal(SmallDataset.Test, lines.Length);
        Assert.Matches(@"^0: [01] \d+\.\d\d%  [01] \d+\.\d\d%$", lines[0]);
    }

    [Theory]
    [InlineData("1,2,3", "line 1 has 3 numbers")]
    [InlineData("1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 x", "line 1 has 'x'")]
    [InlineData("1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 NaN", "line 1 has 'NaN'")]
    [InlineData("", "it has no sample")]
    public async Task Text_that_is_no_sample_is_refused_with_its_line(string text, string problem)
    {
        var run = await Support.Cli.RunWithInputAsync(text, "predict", _data["run"], "-");
        Assert.Equal(ExitCode.Failure, run.Exit);
        Assert.Contains("EK0607", run.Error, StringComparison.Ordinal);
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_refused()
    {
        var run = await Support.Cli.RunAsync("predict", _data["run"], _data["nothing.txt"]);
        Assert.Equal(ExitCode.Failure, run.Exit);
        Assert.Contains("EK0607", run.Error, StringComparison.Ordinal);
    }
}
