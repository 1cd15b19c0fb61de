using System.Text.Json;

namespace Evenkeel.Cli.Tests.Commands;

public sealed class BenchTests
{
    [Fact]
    public async Task The_list_has_the_peers_cases_and_no_name_twice()
    {
        var run = await Support.Cli.SucceedAsync("bench", "--list");
        var names = run.Output.TrimEnd().Split('\n');
        string[] peers =
        [
            "train/mlp100-bn-b60", "train/mlp100-b60", "train/mlp512-bn-b128", "train/mlp512-b128", "train/mlp1024-bn-b256", "train/mlp1024-b256",
            "op/bn-128x16x32x32", "op/bn-relu-128x16x32x32", "op/bn-128x64x16x16", "op/bn-relu-128x64x16x16", "op/bn-32x64x56x56", "op/bn-relu-32x64x56x56", "op/bn-128x256x8x8", "op/bn-relu-128x256x8x8",
            "op/gemm-256", "op/gemm-512", "op/gemm-1024",
        ];
        Assert.Subset(names.ToHashSet(), peers.ToHashSet());
        Assert.Equal(names.Distinct(), names);
    }

    [Theory]
    [InlineData("op/gemm-256", true)]
    [InlineData("kernel/conv3x3-winograd-4x4-filter-gradient-128x64x8x8-64", true)]
    [InlineData("op/bn-relu-128x64x16x16", false)]
    [InlineData("op/update-adamw-1024k", false)]
    [InlineData("op/layer-norm-2048x1024", false)]
    [InlineData("op/group-norm-32x64x32x32", false)]
    [InlineData("op/gelu-2048k", false)]
    [InlineData("train/mlp100-bn-b60", true)]
    public async Task Every_case_is_one_line_of_json(string name, bool isArithmetic)
    {
        var run = await Support.Cli.SucceedAsync("bench", "--case", name, "--threads", "1", "--seconds", "0.01", "--json");
        var line = JsonDocument.Parse(Assert.Single(run.Output.TrimEnd().Split('\n'))).RootElement;
        string[] fields = ["case", "threads", "median_ms", "min_ms", "runs", "rss_mb", "allocated_bytes_per_step"];
        Assert.Equal(isArithmetic ? [.. fields, "gflops", "peak_gflops"] : fields, line.EnumerateObject().Select(static item => item.Name));
        Assert.Equal(name, line.GetProperty("case").GetString());
        Assert.Equal(1, line.GetProperty("threads").GetInt32());
        Assert.True(line.GetProperty("min_ms").GetDouble() <= line.GetProperty("median_ms").GetDouble());
    }

    [Fact]
    public async Task Scaling_gives_five_pairs_and_their_median_share()
    {
        var run = await Support.Cli.SucceedAsync("bench", "--case", "op/gemm-256", "--threads", "2", "--seconds", "0.01", "--scaling", "--json");
        var line = JsonDocument.Parse(Assert.Single(run.Output.TrimEnd().Split('\n'))).RootElement;
        var shares = line.GetProperty("pairs").EnumerateArray().Select(static pair => pair.GetProperty("speed_up").GetDouble() / pair.GetProperty("peak_speed_up").GetDouble()).Order().ToArray();
        Assert.Equal(5, shares.Length);
        Assert.Equal(shares[2], line.GetProperty("share").GetDouble(), tolerance: 0.01);
    }

    [Fact]
    public async Task Scaling_of_one_thread_is_refused()
    {
        var run = await Support.Cli.RunAsync("bench", "--case", "op/gemm-256", "--threads", "1", "--scaling");
        Assert.Equal(2, run.Exit);
        Assert.Contains("EK0605", run.Error, StringComparison.Ordinal);
    }
}
