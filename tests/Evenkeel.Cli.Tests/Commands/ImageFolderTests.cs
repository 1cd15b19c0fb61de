using Evenkeel.Cli.Tests.Support;
using Evenkeel.TestKit;

namespace Evenkeel.Cli.Tests.Commands;

public sealed class ImageFolderTests
{
    [Fact]
    public async Task A_folder_of_images_is_trained_on_evaluated_and_predicted()
    {
        using var data = new SmallDataset();
        var (colour, grey) = (Put(data, "train/colour/0.png", "png-rgb"), Put(data, "test/grey/0.jpeg", "jpeg-grey"));
        for (var i = 1; i < 8; i++) Put(data, $"train/colour/{i}.jpg", i % 2 == 0 ? "jpeg-444" : "jpeg-progressive-420");
        for (var i = 0; i < 8; i++) Put(data, $"train/grey/{i}.png", "png-grey");
        Put(data, "test/colour/0.jpg", "jpeg-422");

        var report = await Support.Cli.SucceedAsync("data", data["pets"], "--image-size", "12", "--sheet", "none", "--json");
        Assert.Equal(data["pets"], report.Json.GetProperty("report").GetProperty("source").GetString());
        var run = await Support.Cli.SucceedAsync("train", data["pets"], "--image-size", "12", "--model", "mlp", "--hidden", "8", "--validation", "0", "--epochs", "30", "--batch-size", "8", "--out", data["run"], "--json");
        Assert.Equal(1, run.Json.GetProperty("test_accuracy").GetDouble());
        Assert.Equal(1, (await Support.Cli.SucceedAsync("eval", data["run"], data["pets"], "--json")).Json.GetProperty("test_accuracy").GetDouble());
        Assert.Equal(run.Json.ToString(), (await Support.Cli.SucceedAsync("train", "--resume", data["run"], "--json")).Json.ToString());
        foreach (var (file, name) in new[] { (colour, "colour"), (grey, "grey") })
        {
            var prediction = (await Support.Cli.SucceedAsync("predict", data["run"], file, "--json")).Json.GetProperty("predictions")[0];
            Assert.Equal(name, prediction.GetProperty("name").GetString());
        }
    }

    [Fact]
    public async Task The_speedrun_trains_on_a_folder_of_images_whitened_first_and_tests_them_in_several_views()
    {
        using var data = new SmallDataset();
        for (var i = 0; i < 8; i++)
        {
            Put(data, $"colour/{i}.png", "png-rgb");
            Put(data, $"striped/{i}.jpg", "jpeg-444");
        }

        var run = await Support.Cli.SucceedAsync("train", data["pets"], "--recipe", "speedrun", "--image-size", "32", "--batch-size", "8", "--steps", "6", "--out", data["run"], "--json");
        var report = File.ReadAllText(Path.Combine(data["run"], "config.json"));
        Assert.Contains("\"recipe\":\"speedrun\"", report, StringComparison.Ordinal);
        Assert.Equal(run.Json.ToString(), (await Support.Cli.SucceedAsync("train", "--resume", data["run"], "--json")).Json.ToString());
        var viewed = await Support.Cli.SucceedAsync("eval", data["run"], data["pets"], "--views", "mirror-shift", "--json");
        Assert.Equal(run.Json.GetProperty("test_loss").GetDouble(), viewed.Json.GetProperty("test_loss").GetDouble(), 1e-6);
        var unknown = await Support.Cli.RunAsync("train", data["pets"], "--recipe", "speedrn");
        Assert.Equal(ExitCode.Usage, unknown.Exit);
        Assert.Contains("speedrun", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_that_do_not_fit_are_refused_by_their_paths()
    {
        using var data = new SmallDataset();
        for (var i = 0; i < 5; i++) Put(data, $"a/{i}.png", "png-rgb");
        var large = Put(data, "a/large.jpg", "jpeg-16x8");
        var run = await Support.Cli.RunAsync("train", data["pets"], "--model", "mlp", "--out", data["run"]);
        Assert.Equal(ExitCode.Failure, run.Exit);
        Assert.Contains("EK0345", run.Error, StringComparison.Ordinal);
        Assert.Contains(large, run.Error, StringComparison.Ordinal);

        await Support.Cli.SucceedAsync("train", data.Folder, "--hidden", "4", "--smoke", "--batch-size", "16", "--out", data["run"]);
        await File.WriteAllBytesAsync(large, (await File.ReadAllBytesAsync(large))[..400]);
        var predicted = await Support.Cli.RunAsync("predict", data["run"], large);
        Assert.Equal(ExitCode.Failure, predicted.Exit);
        Assert.Contains("EK0342", predicted.Error, StringComparison.Ordinal);
        Assert.Contains(large, predicted.Error, StringComparison.Ordinal);
    }

    private static string Put(SmallDataset data, string path, string golden)
    {
        var file = Path.Combine(data["pets"], path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, [.. Golden.Load("image-files").Integers($"{golden}.file").Select(static value => (byte)value)]);
        return file;
    }
}
