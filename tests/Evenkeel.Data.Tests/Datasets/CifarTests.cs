using System.Formats.Tar;
using System.Security.Cryptography;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Readers;
using Evenkeel.Data.Transforms;
using Evenkeel.TestKit;
using static Evenkeel.Data.Tests.Assertions;
using static Evenkeel.Data.Tests.LoopbackServer;

namespace Evenkeel.Data.Tests.Datasets;

public sealed class CifarTests : IDisposable
{
    private const int Record = 1 + 3072;

    private readonly TemporaryFolder _folder = new();
    private readonly CifarSet _set;

    public CifarTests()
    {
        byte[] first = [.. Image(3, 0), .. Image(1, 1)], second = [.. Image(9, 2), .. Image(0, 3)], test = [.. Image(5, 4)];
        _set = Cifar10.Set with
        {
            TrainFiles = [Put("one.bin", first), Put("two.bin", second)],
            TestFiles = [Put("test.bin", test)],
            TrainRecords = 2,
            TestRecords = 1,
        };
    }

    private string Cache => _folder["cache"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Planes_become_channels_last_and_labels_stand_first()
    {
        var (_, training, test, _) = await LoadAsync(given: _folder["published"]);
        Assert.Equal((4, 1), (training.Count, test.Count));
        Assert.Equal([3, 1, 9, 0], Enumerable.Range(0, 4).Select(training.ReadLabel));
        Assert.Equal("truck", training.Target.ClassNames[training.ReadLabel(2)]);
        SampleShape shape = [32, 32, 3];
        Assert.Equal(shape, training.Shape);
        var image = ReadFeatures(training, 2);
        for (var pixel = 0; pixel < 1024; pixel++)
        {
            for (var channel = 0; channel < 3; channel++) Assert.Equal(Value(2, (channel * 1024) + pixel) / 255f, image[(3 * pixel) + channel]);
        }
    }

    [Fact]
    public async Task The_last_of_two_label_bytes_is_the_class()
    {
        _folder.Write("fine/train.bin", [7, 61, .. Image(0, 0)[1..]]);
        _folder.Write("fine/test.bin", [7, 99, .. Image(0, 1)[1..]]);
        var set = Cifar100.Set with { TrainRecords = 1, TestRecords = 1 };
        var parts = await set.LoadAsync(new PublishedSources(_folder["fine"], null, Cache, [], []), null, default);
        Assert.Equal("plate", parts.Training.Target.ClassNames[parts.Training.ReadLabel(0)]);
        Assert.Equal("worm", parts.Test.Target.ClassNames[parts.Test.ReadLabel(0)]);
    }

    [Fact]
    public async Task A_file_of_another_length_is_refused()
    {
        foreach (var length in new[] { 0, Record, (2 * Record) - 1, (2 * Record) + 1, 3 * Record })
        {
            _folder.Write("published/two.bin", new byte[length]);
            var error = await Assert.ThrowsAsync<DataFileException>(() => LoadAsync(given: _folder["published"]));
            Assert.Equal("EK0337", error.Code);
            Assert.EndsWith("two.bin", error.Path, StringComparison.Ordinal);
            Assert.Contains($"has {length} bytes, but 2 records of 3073 bytes are 6146", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_label_outside_the_classes_is_refused()
    {
        _folder.Write("published/two.bin", [.. Image(9, 0), .. Image(10, 0)]);
        var error = await Assert.ThrowsAsync<DataFileException>(() => LoadAsync(given: _folder["published"]));
        Assert.Equal("EK0328", error.Code);
        Assert.Contains("label 1 is 10", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_the_files_is_refused_by_their_names()
    {
        File.Delete(_folder["published/two.bin"]);
        var error = await Assert.ThrowsAsync<DataFileException>(() => LoadAsync(given: _folder["published"]));
        Assert.Equal("EK0331", error.Code);
        Assert.Contains("one.bin, two.bin, test.bin", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_given_folder_comes_first_then_the_environment_then_the_cache()
    {
        foreach (var place in new[] { "given/cifar-10-batches-bin", "environment", "cache/cifar10" })
        {
            foreach (var file in new[] { "one.bin", "two.bin", "test.bin" }) _folder.Write(Path.Combine(place, file), File.ReadAllBytes(_folder[$"published/{file}"]));
        }

        Assert.Equal(_folder["given/cifar-10-batches-bin"], _set.Locate(_folder["given"], _folder["environment"], Cache));
        Assert.Equal(_folder["environment"], _set.Locate(null, _folder["environment"], Cache));
        Assert.Equal(_folder["cache/cifar10"], _set.Locate(null, null, Cache));
        Assert.Null(_set.Locate(null, null, _folder["absent"]));
    }

    [Fact]
    public async Task A_downloaded_archive_is_verified_unpacked_and_removed()
    {
        var archive = Archive("one.bin", "two.bin", "test.bin");
        using var server = new LoopbackServer(_ => new Answer(200, archive));
        Assert.Equal(4, (await LoadAsync(archive, server.Address)).Training.Count);
        Assert.Equal(["one.bin", "test.bin", "two.bin"], Directory.GetFiles(Path.Combine(Cache, "cifar10")).Select(Path.GetFileName).Order());
        Assert.Equal(4, (await LoadAsync(archive, Nobody())).Training.Count);
    }

    [Fact]
    public async Task An_archive_that_lacks_a_file_or_has_another_is_refused()
    {
        var lacking = Archive("one.bin", "test.bin");
        await RefusedAsync(lacking, "it has no two.bin");
        var foreign = Archive("one.bin", "two.bin", "test.bin", change: true);
        await RefusedAsync(foreign, "its two.bin has SHA-256");
        await RefusedAsync(Archive("one.bin", "two.bin", "test.bin", grow: true), "its two.bin has 6147 bytes instead of 6146");
        await RefusedAsync([1, 2, 3], "cannot be unpacked");
        await RefusedAsync(foreign[..(foreign.Length / 2)], "cannot be unpacked");
    }

    [Cifar10Fact]
    public void The_real_one_has_its_published_numbers()
    {
        var (_, training, test, _) = Cifar10.Load(Cifar10FactAttribute.Folder);
        Assert.Equal((50_000, 10_000), (training.Count, test.Count));
        foreach (var part in new[] { training, test })
            Assert.All(Enumerable.Range(0, part.Count).CountBy(part.ReadLabel), count => Assert.Equal(part.Count / 10, count.Value));

        // Published everywhere to four places: means 0.4914, 0.4822, 0.4465, deviations 0.2470, 0.2435, 0.2616.
        var measured = Standardization.Measure(training, perChannel: true);
        double[] mean = [0.4914, 0.4822, 0.4465], deviation = [0.2470, 0.2435, 0.2616];
        for (var channel = 0; channel < 3; channel++)
        {
            Assert.Equal(mean[channel], measured.Mean[channel], 5e-5);
            Assert.Equal(deviation[channel], measured.Deviation[channel], 5e-5);
        }

        // The first training image is a frog, the first test image a cat.
        Assert.Equal("frog", training.Target.ClassNames[training.ReadLabel(0)]);
        Assert.Equal("cat", test.Target.ClassNames[test.ReadLabel(0)]);
    }

    private static byte Value(int image, int at) => (byte)((at * 7) + (image * 31));

    private static byte[] Image(byte label, int image) => [label, .. Enumerable.Range(0, 3072).Select(at => Value(image, at))];

    private PinnedFile Put(string name, byte[] bytes)
    {
        _folder.Write($"published/{name}", bytes);
        return new PinnedFile(name, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    private byte[] Archive(params string[] names) => Archive(names, false, false);

    private byte[] Archive(string one, string two, string three, bool change = false, bool grow = false) => Archive([one, two, three], change, grow);

    private byte[] Archive(string[] names, bool change, bool grow)
    {
        using var packed = new MemoryStream();
        using (var writer = new TarWriter(packed, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.Directory, "cifar-10-batches-bin/"));
            foreach (var name in names)
            {
                var bytes = File.ReadAllBytes(_folder[$"published/{name}"]);
                if (change && name == "two.bin") bytes[100] ^= 1;
                if (grow && name == "two.bin") bytes = [.. bytes, 0];
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"cifar-10-batches-bin/{name}") { DataStream = new MemoryStream(bytes) });
            }
        }

        return TemporaryFolder.Gzip(packed.ToArray());
    }

    private Task<DatasetParts> LoadAsync(string given) => _set.LoadAsync(new PublishedSources(given, null, Cache, [], []), null, default);

    private Task<DatasetParts> LoadAsync(byte[] archive, Uri mirror) =>
        _set.LoadAsync(new PublishedSources(null, null, Cache, [new("archive.tar.gz", archive.Length, Convert.ToHexStringLower(SHA256.HashData(archive)))], [mirror]), null, default);

    private async Task RefusedAsync(byte[] archive, string fragment)
    {
        if (Directory.Exists(Cache)) Directory.Delete(Cache, recursive: true);
        using var server = new LoopbackServer(_ => new Answer(200, archive));
        var error = await Assert.ThrowsAsync<DataFileException>(() => LoadAsync(archive, server.Address));
        Assert.Equal("EK0338", error.Code);
        Assert.Contains(fragment, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(Cache, "cifar10"), "*.part"));
        Assert.False(File.Exists(Path.Combine(Cache, "cifar10", "two.bin")));
    }
}
