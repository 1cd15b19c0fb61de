using Evenkeel.Cli.Tests.Support;

namespace Evenkeel.Cli.Tests.Commands;

public sealed class InspectTests
{
    [Fact]
    public async Task A_model_shows_its_layers_and_what_was_fused()
    {
        var run = await Support.Cli.SucceedAsync("inspect", "mlp", "--hidden", "100,100,100", "--activation", "sigmoid", "--batch-size", "60", "--threads", "2");
        Assert.Contains("bias dropped", run.Output, StringComparison.Ordinal);
        Assert.Contains("saved for backward", run.Output, StringComparison.Ordinal);
        Assert.Contains("Train plan, capacity 60", run.Output, StringComparison.Ordinal);
        Assert.Contains("Evaluate plan", run.Output, StringComparison.Ordinal);
        Assert.Contains("fused by", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_counts_parameters_and_multiply_adds()
    {
        var run = await Support.Cli.SucceedAsync("inspect", "mlp", "--hidden", "20,10", "--input", "6", "--outputs", "3", "--norm", "none", "--json");
        Assert.Equal((6 * 20) + 20 + (20 * 10) + 10 + (10 * 3) + 3, run.Json.GetProperty("parameters").GetInt64());
        Assert.Equal((6 * 20) + (20 * 10) + (10 * 3), run.Json.GetProperty("multiply_adds").GetInt64());
        Assert.True(run.Json.GetProperty("saved_bytes").GetInt64() > 0);
        Assert.Equal(["train", "evaluate"], run.Json.GetProperty("plans").EnumerateArray().Select(static plan => plan.GetProperty("mode").GetString()));
    }

    [Fact]
    public async Task Passes_are_listed_with_their_changes()
    {
        var run = await Support.Cli.SucceedAsync("inspect", "mlp", "--passes");
        Assert.Contains("pass ", run.Output, StringComparison.Ordinal);
        Assert.Contains(" changes. ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_folder_and_its_checkpoint_show_the_same()
    {
        using var data = new SmallDataset();
        await Support.Cli.SucceedAsync("train", data.Folder, "--smoke", "--hidden", "4", "--out", data["run"]);
        var folder = await Support.Cli.SucceedAsync("inspect", data["run"]);
        var file = await Support.Cli.SucceedAsync("inspect", Path.Combine(data["run"], "checkpoints", "best.safetensors"));
        Assert.Equal(folder.Output.Split('\n')[1..], file.Output.Split('\n')[1..]);
    }
}
