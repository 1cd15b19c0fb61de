using Evenkeel.Cli.Tests.Support;

namespace Evenkeel.Cli.Tests.Commands;

public sealed class LearningRateTests
{
    [Fact]
    public async Task A_rate_is_suggested_and_the_curve_drawn()
    {
        using var data = new SmallDataset();
        string[] network = [data.Folder, "--hidden", "8", "--batch-size", "32"];
        var text = await Support.Cli.SucceedAsync(["lr-find", .. network, "--plot", data["curve.svg"]]);
        Assert.Contains("suggestion: --lr ", text.Output, StringComparison.Ordinal);
        Assert.StartsWith("<svg", await File.ReadAllTextAsync(data["curve.svg"]), StringComparison.Ordinal);

        var run = await Support.Cli.SucceedAsync(["lr-find", .. network, "--rates", "50", "--json"]);
        Assert.Equal("lr-find", run.Json.GetProperty("command").GetString());
        Assert.InRange(run.Json.GetProperty("curve").GetArrayLength(), 20, 50);
        Assert.Equal(run.Json.GetProperty("at_lowest_loss").GetDouble() / 10, run.Json.GetProperty("suggestion").GetDouble(), 1e-9);
    }

    [Fact]
    public async Task A_ramp_that_does_not_rise_is_refused()
    {
        var run = await Support.Cli.RunAsync("lr-find", "--lowest", "1", "--highest", "0.5");
        Assert.Equal(ExitCode.Usage, run.Exit);
        Assert.Contains("EK0605", run.Error, StringComparison.Ordinal);
    }
}
