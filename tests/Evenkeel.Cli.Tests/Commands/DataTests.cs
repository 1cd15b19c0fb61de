using Evenkeel.Cli.Tests.Support;

namespace Evenkeel.Cli.Tests.Commands;

public sealed class DataTests
{
    [Fact]
    public async Task A_folder_is_reported_with_a_sheet_of_samples()
    {
        using var data = new SmallDataset();
        var run = await Support.Cli.SucceedAsync("data", data.Folder, "--sheet", data["sheet.png"], "--json");
        var training = run.Json.GetProperty("report").GetProperty("training");
        Assert.Equal(SmallDataset.Training, training.GetProperty("count").GetInt32());
        Assert.Equal(SmallDataset.Training, training.GetProperty("class_counts").EnumerateArray().Sum(static count => count.GetInt32()));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await File.ReadAllBytesAsync(data["sheet.png"]))[..4]);
        Assert.Equal(data["sheet.png"], run.Json.GetProperty("sheet").GetString());
    }

    [Fact]
    public async Task Text_names_classes_duplicates_overlap_and_moments()
    {
        using var data = new SmallDataset();
        var run = await Support.Cli.SucceedAsync("data", data.Folder, "--sheet", "none");
        Assert.All(["samples", "labels", "0..1", "feature mean", "feature deviation", "duplicates", "class", "test samples that are training samples too"], word => Assert.Contains(word, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_sheet_that_cannot_be_written_is_an_error()
    {
        using var data = new SmallDataset();
        var run = await Support.Cli.RunAsync("data", data.Folder, "--sheet", data["no/such/folder.png"]);
        Assert.Equal(ExitCode.Failure, run.Exit);
        Assert.Contains("EK0609", run.Error, StringComparison.Ordinal);
    }
}
