using System.Text.Json;
using Evenkeel.Cli.Output;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Experiments;

namespace Evenkeel.Cli.Tests.Commands;

public sealed class LabTests : IDisposable
{
    private readonly SmallDataset _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task The_list_names_every_claim_and_its_last_verdict()
    {
        var before = await Support.Cli.SucceedAsync("lab", "list", "--out", _data["lab"]);
        Assert.All(Ledger.All, claim => Assert.Contains($"  {claim.Id} ", before.Output, StringComparison.Ordinal));
        Assert.Contains("[ioffe2015/mnist]", before.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("inconclusive", before.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_data["lab"]));

        await Support.Cli.SucceedAsync(Smoke());
        var after = await Support.Cli.SucceedAsync("lab", "list", "--out", _data["lab"], "--json");
        var entry = after.Json.GetProperty("claims").EnumerateArray().Single(static claim => claim.GetProperty("claim").GetString() == "C26");
        Assert.Equal("inconclusive", entry.GetProperty("verdict").GetString());
        Assert.Equal("smoke", entry.GetProperty("verdict_budget").GetString());
        Assert.Equal(5, entry.GetProperty("standard_seeds").GetInt32());
        Assert.Contains("inconclusive smoke       900 s 10  MNIST", (await Support.Cli.SucceedAsync("lab", "list", "--budget", "full", "--out", _data["lab"])).Output, StringComparison.Ordinal);
        Assert.Equal(Ledger.All.Count - 1, after.Json.GetProperty("claims").EnumerateArray().Count(static claim => claim.GetProperty("verdict").GetString() == "not yet run"));
    }

    [Fact]
    public async Task The_report_is_one_page_of_all_claims_that_were_run()
    {
        await Support.Cli.SucceedAsync(Smoke());
        var run = await Support.Cli.SucceedAsync("lab", "report", "--out", _data["lab"], "--json");
        Assert.Equal(1, run.Json.GetProperty("judged").GetInt32());
        Assert.Contains("<section id=\"C26\">", await File.ReadAllTextAsync(run.Json.GetProperty("report").GetString()!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_prints_progress_at_once_and_findings_and_writes_a_page()
    {
        var run = await Support.Cli.SucceedAsync(Smoke());
        Assert.StartsWith("[                        ]   0%  C26  grid of rates", run.Error, StringComparison.Ordinal);
        Assert.Contains("the paper's rate: steps to 95%", run.Output, StringComparison.Ordinal);
        Assert.Contains("C26 inconclusive", run.Output, StringComparison.Ordinal);
        var html = await File.ReadAllTextAsync(Path.Combine(_data["lab"], "C26.html"));
        Assert.Contains("evenkeel lab run ioffe2015/mnist --budget smoke --seeds 2", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_one_object_per_claim()
    {
        var run = await Support.Cli.SucceedAsync([.. Smoke(), "--json"]);
        Assert.Equal("C26", run.Json.GetProperty("claim").GetString());
        Assert.Equal("inconclusive", run.Json.GetProperty("verdict").GetString());
        Assert.Equal(2, run.Json.GetProperty("seeds").GetInt32());
        Assert.All((string[])["criterion", "observed", "report"], name => Assert.NotEmpty(run.Json.GetProperty(name).GetString()!));
        Assert.Equal(JsonValueKind.Number, run.Json.GetProperty("seconds").ValueKind);
        Assert.True(File.Exists(run.Json.GetProperty("report").GetString()));
        Assert.Single(run.Output.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Finished_runs_are_taken_from_the_folder()
    {
        await Support.Cli.SucceedAsync(Smoke());
        var files = Directory.GetFiles(Path.Combine(_data["lab"], "runs"), "*.json", SearchOption.AllDirectories).ToDictionary(static file => file, File.GetLastWriteTimeUtc);
        Assert.NotEmpty(files);
        await Support.Cli.SucceedAsync(Smoke());
        Assert.All(files, static file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_refused_before_anything_runs()
    {
        var run = await Support.Cli.RunAsync("lab", "run", "C26", "--data", _data.Folder, "--out", Path.Combine(_data.TestImages, "lab"), "--json");
        Assert.Equal(ExitCode.Failure, run.Exit);
        Assert.Equal("EK0703", run.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.DoesNotContain("%", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EK0701", "Did you mean 'ioffe2015/mnist'?", "ioffe2015/mnits")]
    [InlineData("EK0604", "Did you mean 'quick'?", "C26", "--budget", "quik")]
    [InlineData("EK0603", "--seeds got '0'", "C26", "--seeds", "0")]
    public async Task What_does_not_exist_is_refused_with_what_was_meant(string code, string remedy, params string[] args)
    {
        var run = await Support.Cli.RunAsync(["lab", "run", .. args]);
        Assert.Equal(ExitCode.Usage, run.Exit);
        Assert.StartsWith($"{code}: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(remedy, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_has_bar_claim_stage_and_time_left() =>
        Assert.Equal("[============            ]  50%  C26  training  1:01 left", StageProgressLine.ToText("C26", new ExperimentProgress("training", 50, 100), TimeSpan.FromSeconds(61)));

    [Fact]
    public void A_live_line_is_drawn_over_and_never_wraps()
    {
        using var writer = new StringWriter();
        var line = new StageProgressLine("C26", writer, isLive: true, width: 40, TimeProvider.System);
        line.Report(new ExperimentProgress("a long stage that does not fit", 0, 100));
        line.Report(new ExperimentProgress("a long stage that does not fit", 100, 100));
        line.Finish();
        var parts = writer.ToString().Replace(Environment.NewLine, "|", StringComparison.Ordinal).Split('\r');
        Assert.Equal(3, parts.Length);
        Assert.All(parts, static part => Assert.True(part.TrimEnd('|').Length < 40));
        Assert.Equal(1, writer.ToString().Count(static letter => letter == '\n'));
    }

    [Fact]
    public void Plain_lines_come_first_and_last_of_every_stage_and_rarely_between()
    {
        using var writer = new StringWriter();
        var line = new StageProgressLine("C26", writer, isLive: false, width: 100, TimeProvider.System);
        foreach (var stage in (string[])["one", "two"])
        {
            for (var step = 0; step <= 100; step++) line.Report(new ExperimentProgress(stage, step, 100));
        }

        Assert.Equal(4, writer.ToString().TrimEnd().ReplaceLineEndings("\n").Split('\n').Length);
    }

    private string[] Smoke() => ["lab", "run", "ioffe2015/mnist", "--budget", "smoke", "--seeds", "2", "--data", _data.Folder, "--out", _data["lab"]];
}
