using Evenkeel.Data.Datasets;

namespace Evenkeel.Data.Tests.Datasets;

public sealed class DatasetTableTests
{
    [Fact]
    public async Task A_known_name_gives_its_dataset() => Assert.Equal("glyphs", (await DatasetTable.LoadAsync("glyphs")).Name);

    [Fact]
    public async Task A_mistyped_name_is_refused_with_the_one_that_was_meant()
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetTable.LoadAsync("mnits"));
        Assert.Equal("EK0335", error.Code);
        Assert.Contains("Did you mean 'mnist'? Known: cifar10, cifar100, glyphs, mnist", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_idx_files_is_refused_as_such()
    {
        using var folder = new TemporaryFolder();
        var error = await Assert.ThrowsAsync<DataFileException>(() => DatasetTable.LoadAsync(folder.Root));
        Assert.Equal("EK0329", error.Code);
    }

    [Fact]
    public async Task A_subfolder_of_the_data_folder_is_a_dataset()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["fashion"]);
        var error = await Assert.ThrowsAsync<DataFileException>(() => DatasetTable.LoadAsync("fashion", folder.Root));
        Assert.Equal("EK0329", error.Code);
        Assert.Contains("fashion", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dataset_can_be_added_once()
    {
        DatasetTable.Register("table-test", static (_, _, _) => Task.FromResult(Glyphs.Load(training: 3, test: 2)));
        Assert.Equal(3, (await DatasetTable.LoadAsync("table-test")).Training.Count);
        var error = Assert.Throws<DatasetException>(() => DatasetTable.Register("table-test", static (_, _, _) => Task.FromResult(Glyphs.Load())));
        Assert.Equal("EK0336", error.Code);
    }
}
