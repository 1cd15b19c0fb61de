using System.Security.Cryptography;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Data.Readers;
using Evenkeel.Data.Transforms;
using Evenkeel.TestKit;
using static Evenkeel.Data.Tests.Assertions;
using static Evenkeel.Data.Tests.LoopbackServer;

namespace Evenkeel.Data.Tests.Datasets;

public sealed class MnistTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PinnedFile[] _files;

    public MnistTests()
    {
        _folder.WithSet("published", zipped: true);
        // The labels of the small set lie within MNIST's ten classes.
        _files = Mnist.Files.Select(f => File.ReadAllBytes(Published(f.Name)) is var bytes ? f with { Length = bytes.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) } : f).ToArray();
    }

    private string Cache => _folder["cache"];

    private string CachedSet => Path.Combine(Cache, "mnist");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_download_is_verified_kept_and_not_repeated()
    {
        using var server = new LoopbackServer(Good);
        var progress = new Reports();
        var parts = await LoadAsync([server.Address], progress);
        Assert.Equal((3, 2, 10), (parts.Training.Count, parts.Test.Count, parts.Training.Target.ClassCount));
        Assert.Equal(_files.Select(f => f.Name), server.Requests);
        Assert.Equal(_files.Select(f => f.Name).Order(), Directory.GetFiles(CachedSet).Select(Path.GetFileName).Order());
        Assert.Equal(_files.Sum(f => f.Length), progress.All[^1].BytesReceived);
        Assert.All(progress.All, p => Assert.Equal(_files.Sum(f => f.Length), p.BytesTotal));
        Assert.Equal(CachedSet, (await LoadAsync([Nobody()])).Source);
    }

    [Fact]
    public async Task A_half_filled_cache_is_completed()
    {
        Directory.CreateDirectory(CachedSet);
        File.Copy(Published(_files[0].Name), Path.Combine(CachedSet, _files[0].Name));
        File.WriteAllBytes(Path.Combine(CachedSet, _files[1].Name), [1, 2, 3]);
        using var server = new LoopbackServer(Good);
        Assert.Equal(3, (await LoadAsync([server.Address])).Training.Count);
        Assert.Equal(_files[1..].Select(f => f.Name), server.Requests);
    }

    [Fact]
    public async Task The_next_mirror_is_asked_when_one_fails()
    {
        using var broken = new LoopbackServer(_ => new Answer(503, null));
        using var lying = new LoopbackServer(file => Good(file) with { Body = new byte[_files.Single(f => f.Name == file).Length] });
        using var good = new LoopbackServer(Good);
        Assert.Equal(3, (await LoadAsync([Nobody(), broken.Address, lying.Address, good.Address])).Training.Count);
    }

    [Fact]
    public Task A_corrupted_download_is_refused_and_leaves_nothing() =>
        RefusedAsync("EK0333", file => Good(file) with { Body = Flip(Good(file).Body!) }, "SHA-256", "by hand");

    [Fact]
    public Task A_download_that_is_too_long_is_refused_and_leaves_nothing() =>
        RefusedAsync("EK0333", file => Good(file) with { Body = [.. Good(file).Body!, .. new byte[100_000]] }, "more than the");

    [Fact]
    public Task A_download_that_is_too_short_is_refused_and_leaves_nothing() =>
        RefusedAsync("EK0333", file => Good(file) with { Body = Good(file).Body![..^1] }, "instead of");

    [Fact]
    public Task A_download_that_is_cut_off_is_refused_and_leaves_nothing() =>
        RefusedAsync("EK0332", file => Good(file) with { Body = Good(file).Body![..20], Announced = Good(file).Body!.Length }, "glyphs");

    [Fact]
    public Task A_server_that_falls_silent_is_given_up() =>
        RefusedAsync("EK0332", file => Good(file) with { Body = Good(file).Body![..20], Announced = Good(file).Body!.Length, Stalls = true }, 0.3, "silent for 0.3 s");

    [Fact]
    public Task A_file_that_the_server_lacks_is_refused() => RefusedAsync("EK0332", _ => new Answer(404, null), "404");

    [Fact]
    public async Task Offline_says_what_to_do()
    {
        var error = await Assert.ThrowsAsync<DataFileException>(() => LoadAsync([Nobody(), Nobody()]));
        Assert.Equal("EK0332", error.Code);
        foreach (var remedy in new[] { "train-images-idx3-ubyte.gz", CachedSet, "--data DIR", "EVENKEEL_DATA", "'glyphs'" }) Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_download_leaves_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        using var server = new LoopbackServer(file =>
        {
            cancellation.Cancel();
            return Good(file) with { Body = [], Announced = 1000, Stalls = true };
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => LoadAsync([server.Address], cancellation: cancellation.Token));
        Assert.Empty(Directory.GetFiles(CachedSet));
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_is_refused()
    {
        _folder.Write("cache", [1]);
        var error = await Assert.ThrowsAsync<DataFileException>(() => LoadAsync([Nobody()]));
        Assert.Equal("EK0334", error.Code);
    }

    [Fact]
    public void The_given_folder_comes_first_then_the_environment_then_the_cache()
    {
        _folder.WithSet("given").WithSet("environment/mnist").WithSet("environment").WithSet("cache/mnist");
        string given = _folder["given"], environment = _folder["environment"];
        Assert.Equal(given, Mnist.Locate(given, environment, Cache));
        Assert.Equal(Path.Combine(environment, "mnist"), Mnist.Locate(null, environment, Cache));
        Assert.Equal(CachedSet, Mnist.Locate(null, null, Cache));
        Assert.Equal(CachedSet, Mnist.Locate(null, _folder["absent"], Cache));
        Assert.Null(Mnist.Locate(null, null, _folder["absent"]));
        Refused<DataFileException>("EK0331", () => Mnist.Locate(_folder["absent"], environment, Cache), "absent", "t10k-labels-idx1-ubyte.gz");
    }

    [Fact]
    public void A_label_outside_the_ten_digits_is_refused()
    {
        _folder.WithSet("given", trainLabels: TemporaryFolder.Idx(8, [3], 1, 2, 10));
        Refused<DataFileException>("EK0328", () => Mnist.Load(_folder["given"]), "label 2 is 10", "0..9");
    }

    [MnistFact]
    public void The_real_one_has_its_published_numbers()
    {
        var (_, training, test, _) = Mnist.Load(DataFolders.FromEnvironment);
        Assert.Equal((60_000, 10_000), (training.Count, test.Count));
        Assert.Equal([28, 28, 1], training.Shape);
        Assert.Equal([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949], Histogram(training));
        Assert.Equal([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009], Histogram(test));
        var measured = Standardization.Measure(training);
        // The published moments have six digits.
        Assert.Equal(Mnist.PixelMean, measured.Mean[0], 6);
        Assert.Equal(Mnist.PixelDeviation, measured.Deviation[0], 6);
        foreach (var batch in new Loader(training, new LoaderOptions { BatchSize = 60_000, Shuffle = false }).Batches()) Assert.Equal([5, 0, 4, 1, 9], batch.Labels[..5].ToArray());
    }

    private static int[] Histogram(Dataset data) => Enumerable.Range(0, data.Count).CountBy(data.ReadLabel).OrderBy(p => p.Key).Select(p => p.Value).ToArray();

    private static byte[] Flip(byte[] bytes)
    {
        bytes[^5] ^= 1;
        return bytes;
    }

    private string Published(string name) => _folder[Path.Combine("published", name)];

    private Answer Good(string file) => new(200, File.ReadAllBytes(Published(file)));

    private Task<DatasetParts> LoadAsync(Uri[] mirrors, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default, double silence = 30) =>
        Mnist.LoadAsync(new PublishedSources(null, null, Cache, _files, mirrors) { Silence = TimeSpan.FromSeconds(silence) }, progress, cancellation);

    private Task RefusedAsync(string code, Func<string, Answer> answer, params string[] fragments) => RefusedAsync(code, answer, 30, fragments);

    private async Task RefusedAsync(string code, Func<string, Answer> answer, double silence, params string[] fragments)
    {
        using var server = new LoopbackServer(answer);
        var error = await Assert.ThrowsAsync<DataFileException>(() => LoadAsync([server.Address], silence: silence));
        Assert.Equal(code, error.Code);
        Assert.All(fragments, f => Assert.Contains(f, error.Message, StringComparison.Ordinal));
        Assert.Contains(server.Address.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(CachedSet));
    }

    /// <summary>Unlike Progress, reports at once and in order.</summary>
    private sealed class Reports : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> All { get; } = [];

        public void Report(DownloadProgress value) => All.Add(value);
    }
}
