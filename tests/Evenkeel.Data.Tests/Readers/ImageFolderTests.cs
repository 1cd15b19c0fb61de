using Evenkeel.Data.Datasets;
using Evenkeel.Data.Inspection;
using Evenkeel.Data.Readers;
using static Evenkeel.Data.Tests.Assertions;

namespace Evenkeel.Data.Tests.Readers;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Classes_are_the_folders_and_samples_the_files_by_order_of_name()
    {
        foreach (var (path, level) in new[] { ("train/dog/b.png", 2), ("train/dog/a.PNG", 1), ("train/cat/x.png", 3), ("test/dog/y.png", 4) }) Put(path, 6, 4, 3, (byte)level);
        _folder.Write("train/cat/notes.txt", [1]);
        var (name, training, test, source) = ImageFolder.Load(_folder.Root);
        Assert.Equal(Path.GetFileName(_folder.Root), name);
        Assert.Equal(_folder.Root, source);
        Assert.Equal(["cat", "dog"], training.Target.ClassNames);
        Assert.Equal([0, 1, 1], Enumerable.Range(0, 3).Select(training.ReadLabel));
        Assert.Equal([3, 1, 2], Enumerable.Range(0, 3).Select(i => (int)MathF.Round(ReadFeatures(training, i)[0] * 255)));
        Assert.Equal((1, 1), (test.Count, test.ReadLabel(0)));
        SampleShape shape = [4, 6, 3];
        Assert.Equal(shape, training.Shape);
        Assert.Equal(training.Target, test.Target);
    }

    [Fact]
    public void Validation_images_serve_as_the_part_to_test_on_where_there_are_no_others()
    {
        Put("train/a/1.png", 4, 4, 1, 1);
        Put("val/a/2.png", 4, 4, 1, 9);
        Assert.Equal(9, (int)MathF.Round(ReadFeatures(ImageFolder.Load(_folder.Root).Test, 0)[0] * 255));
    }

    [Fact]
    public void Without_parts_a_fifth_is_held_out_always_the_same_one()
    {
        for (var i = 0; i < 20; i++) Put($"{(i % 2 == 0 ? "even" : "odd")}/{i:D2}.png", 4, 4, 1, (byte)i);
        var (first, second) = (ImageFolder.Load(_folder.Root), ImageFolder.Load(_folder.Root));
        Assert.Equal((16, 4), (first.Training.Count, first.Test.Count));
        Assert.Equal(Levels(first.Test), Levels(second.Test));
        Assert.Equal(Enumerable.Range(0, 20), Levels(first.Training).Concat(Levels(first.Test)).Order());

        static int[] Levels(Dataset dataset) => [.. Enumerable.Range(0, dataset.Count).Select(i => (int)MathF.Round(ReadFeatures(dataset, i)[0] * 255))];
    }

    [Fact]
    public void Images_are_brought_to_the_size_and_the_channels_that_were_asked_for()
    {
        Put("train/a/1.png", 8, 6, 1, 50);
        Put("train/a/2.png", 5, 9, 3, 60);
        Put("test/a/3.png", 30, 30, 1, 70);
        var (_, training, test, _) = ImageFolder.Load(_folder.Root, new ImageFolderOptions { Size = (4, 4) });
        SampleShape colour = [4, 4, 3], grey = [4, 4, 1];
        Assert.Equal((colour, colour), (training.Shape, test.Shape));
        Assert.All(ReadFeatures(test, 0), static value => Assert.Equal(70 / 255f, value));
        Assert.Equal(grey, ImageFolder.Load(_folder.Root, new ImageFolderOptions { Size = (4, 4), Channels = 1 }).Training.Shape);
    }

    [Fact]
    public async Task The_table_finds_a_folder_of_images_by_its_path_or_below_the_data_folder()
    {
        for (var i = 0; i < 10; i++) Put($"pets/{(i % 2 == 0 ? "cat" : "dog")}/{i}.png", 4, 4, 3, (byte)i);
        Assert.Equal(8, (await DatasetTable.LoadAsync(_folder["pets"])).Training.Count);
        Assert.Equal("pets", (await DatasetTable.LoadAsync("pets", _folder.Root)).Name);
        SampleShape small = [2, 2, 3];
        Assert.Equal(small, (await DatasetTable.LoadAsync("pets", _folder.Root, images: new ImageFolderOptions { Size = (2, 2) })).Training.Shape);
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_its_path()
    {
        Refused<DataFileException>("EK0344", () => ImageFolder.Load(_folder.Root), "only 0 images");
        Put("train/a/1.png", 4, 4, 1, 1);
        Refused<DataFileException>("EK0344", () => ImageFolder.Load(_folder.Root), "none in test or val");
        Put("test/b/1.png", 4, 4, 1, 1);
        Refused<DataFileException>("EK0346", () => ImageFolder.Load(_folder.Root), Path.Combine("test", "b"), "they have a");
        Put("test/a/1.png", 4, 4, 1, 1);
        Directory.Delete(_folder["test/b"], recursive: true);
        Put("train/a/2.png", 4, 5, 1, 1);
        Refused<DataFileException>("EK0345", () => ImageFolder.Load(_folder.Root), "4 x 4 and 4 x 5", "--image-size");
        _folder.Write("train/a/2.png", [1, 2, 3]);
        var error = Refused<DataFileException>("EK0341", () => ImageFolder.Load(_folder.Root), "010203");
        Assert.EndsWith(Path.Combine("train", "a", "2.png"), error.Path, StringComparison.Ordinal);
        Assert.False(ImageFolder.Exists(_folder["absent"]));
    }

    private void Put(string path, int width, int height, int channels, byte level)
    {
        using var file = new MemoryStream();
        PngWriter.Write(file, Enumerable.Repeat(level, width * height * channels).ToArray(), width, height, channels);
        _folder.Write(path, file.ToArray());
    }
}
