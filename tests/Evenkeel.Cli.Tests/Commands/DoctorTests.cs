using Evenkeel.Cli.Tests.Support;
using Evenkeel.Training.Checkpoints;

namespace Evenkeel.Cli.Tests.Commands;

public sealed class DoctorTests
{
    [Fact]
    public async Task A_healthy_run_with_its_samples_ends_with_0()
    {
        using var data = new SmallDataset();
        await Support.Cli.SucceedAsync("train", data.Folder, "--hidden", "8", "--batch-size", "32", "--epochs", "12", "--out", data["run"]);
        var run = await Support.Cli.SucceedAsync("doctor", data["run"], data.Folder, "--json");
        Assert.Equal("doctor", run.Json.GetProperty("command").GetString());
        Assert.Empty(run.Json.GetProperty("left_out").EnumerateObject());
        Assert.All(run.Json.GetProperty("findings").EnumerateArray(), static finding => Assert.Equal("information", finding.GetProperty("severity").GetString()));
        var gap = run.Json.GetProperty("loss_gap");
        Assert.Equal(gap.GetProperty("evaluation").GetDouble() - gap.GetProperty("training").GetDouble(), gap.GetProperty("statistics").GetDouble() + gap.GetProperty("overfitting").GetDouble(), 1e-9);
    }

    [Fact]
    public async Task A_broken_checkpoint_ends_with_3_and_is_mended()
    {
        using var data = new SmallDataset();
        await Support.Cli.SucceedAsync("train", data.Folder, "--hidden", "8", "--batch-size", "32", "--epochs", "12", "--out", data["run"]);
        using (var checkpoint = Checkpoint.Open(data["run"]))
        {
            var model = checkpoint.BuildModel();
            model.States["hidden1.bn.running_variance"].Span[2] = -1;
            Checkpoint.Save(data["broken.safetensors"], model, checkpoint.Info);
        }

        var run = await Support.Cli.RunAsync("doctor", data["broken.safetensors"], data.Folder, "--fix", data["mended.safetensors"]);
        Assert.Equal(ExitCode.Found, run.Exit);
        Assert.Contains("error EK1008 [hidden1.bn]", run.Output, StringComparison.Ordinal);
        Assert.Contains("evidence: channels=1 of=8 least_variance=-", run.Output, StringComparison.Ordinal);
        var mended = await Support.Cli.SucceedAsync("doctor", data["mended.safetensors"], data.Folder);
        Assert.DoesNotContain("EK1008", mended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_is_examined_by_name_and_checks_can_be_left_out()
    {
        var model = await Support.Cli.RunAsync("doctor", "mlp", "--batch-size", "4", "--strict");
        Assert.Equal(ExitCode.Found, model.Exit);
        Assert.Contains("warning EK1002 [hidden1.bn and 1 more]", model.Output, StringComparison.Ordinal);
        Assert.Contains("left out without training samples", model.Output, StringComparison.Ordinal);
        await Support.Cli.SucceedAsync("doctor", "mlp", "--batch-size", "4", "--strict", "--without", "EK1002,EK1017");
        Assert.Equal(ExitCode.Usage, (await Support.Cli.RunAsync("doctor", "mlp", "--without", "EK9999")).Exit);
        Assert.Contains("EK0604", (await Support.Cli.RunAsync("doctor", "no-such-thing")).Error, StringComparison.Ordinal);
    }
}
