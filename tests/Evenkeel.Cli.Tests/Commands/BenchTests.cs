using System.Text.Json;

namespace Evenkeel.Cli.Tests.Commands;

public sealed class BenchTests
{
    [Fact]
    public async Task The_list_has_no_name_twice()
    {
        var run = await Support.Cli.SucceedAsync("bench", "--list");
        var names = run.Output.TrimEnd().Split('\n');
        Assert.Contains("op/gemm-256", names);
        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public async Task Every_case_is_one_line_of_json()
    {
        var run = await Support.Cli.SucceedAsync("bench", "--case", "op/gemm-256", "--threads", "1", "--seconds", "0.01", "--json");
        var line = JsonDocument.Parse(Assert.Single(run.Output.TrimEnd().Split('\n'))).RootElement;
        Assert.Equal(["case", "threads", "median_ms", "min_ms", "runs", "rss_mb", "allocated_bytes_per_step"], line.EnumerateObject().Select(static item => item.Name));
        Assert.Equal("op/gemm-256", line.GetProperty("case").GetString());
        Assert.Equal(1, line.GetProperty("threads").GetInt32());
        Assert.True(line.GetProperty("min_ms").GetDouble() <= line.GetProperty("median_ms").GetDouble());
    }
}
