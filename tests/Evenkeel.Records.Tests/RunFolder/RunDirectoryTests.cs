using Evenkeel.Records.Files;
using Evenkeel.Records.RunFolder;
using Evenkeel.Records.RunLog;
using Evenkeel.TestKit;

namespace Evenkeel.Records.Tests.RunFolder;

public sealed class RunDirectoryTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 20, 14, 3, 22, TimeSpan.Zero);

    [Fact]
    public void A_fresh_folder_is_named_by_time_and_title_and_numbered_when_taken()
    {
        using var folder = new TemporaryFolder();
        var names = Enumerable.Range(0, 3).Select(_ => Path.GetFileName(RunDirectory.CreateFresh(folder["runs"], " MNIST / mlp: 100x3! ", Now).Path)).ToArray();
        Assert.Equal(["20260720-140322-mnist-mlp-100x3", "20260720-140322-mnist-mlp-100x3-2", "20260720-140322-mnist-mlp-100x3-3"], names);
    }

    [Fact]
    public async Task Of_many_who_ask_at_once_each_gets_a_folder_of_its_own()
    {
        using var folder = new TemporaryFolder();
        var threads = Enumerable.Range(0, 8).Select(_ => Task.Run(() => RunDirectory.CreateFresh(folder.Path, "x", Now).Path)).ToArray();
        Assert.Equal(8, (await Task.WhenAll(threads)).Distinct().Count());
    }

    [Fact]
    public void The_layout_is_that_of_the_documentation()
    {
        using var folder = new TemporaryFolder();
        var run = RunDirectory.Create(folder["run"]);
        Assert.Equal(
            ["config.json", "log.jsonl", "checkpoints", "checkpoints/last.safetensors", "checkpoints/best.safetensors", "result.json"],
            new[] { run.ConfigurationPath, run.LogPath, run.CheckpointFolder, run.LastCheckpointPath, run.BestCheckpointPath, run.ResultPath }.Select(p => Path.GetRelativePath(run.Path, p).Replace('\\', '/')));
        Assert.True(Directory.Exists(run.CheckpointFolder));
        using var log = RunLogWriter.Create(run.LogPath);
    }

    [Fact]
    public void A_folder_with_something_in_it_is_refused_and_an_empty_one_is_taken()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["empty"]);
        RunDirectory.RequireFree(folder["empty"]);
        RunDirectory.RequireFree(folder["missing"]);
        RunDirectory.Create(folder["empty"]);
        Assert.Equal("EK0440", Assert.Throws<RecordsException>(() => RunDirectory.RequireFree(folder["empty"])).Code);
        var error = Assert.Throws<RecordsException>(() => RunDirectory.Create(folder["empty"]));
        Assert.Equal("EK0440", error.Code);
        Assert.Contains("--resume", error.Message);
        File.WriteAllText(folder["file"], "");
        Assert.Equal("EK0440", Assert.Throws<RecordsException>(() => RunDirectory.Create(folder["file"])).Code);
        Assert.Equal("EK0441", Assert.Throws<RecordsException>(() => RunDirectory.Create("")).Code);
        Assert.Equal("EK0441", Assert.Throws<RecordsException>(() => RunDirectory.Create(Path.Combine(folder["file"], "run"))).Code);
    }

    [Fact]
    public void Configuration_and_result_are_written_whole_and_read_back()
    {
        using var folder = new TemporaryFolder();
        var run = RunDirectory.Create(folder["run"]);
        Assert.Null(run.ReadResult());
        run.WriteConfiguration("""{"seed": 1}""");
        run.WriteResult("""{"test_accuracy": 0.98}""");
        var again = RunDirectory.Open(folder["run"]);
        Assert.Equal("{\"seed\": 1}\n", again.ReadConfiguration());
        Assert.Equal("{\"test_accuracy\": 0.98}\n", again.ReadResult());
        Assert.True(RunDirectory.IsRunFolder(folder["run"]));
    }

    [Fact]
    public void What_is_no_run_folder_or_no_json_object_is_a_typed_error()
    {
        using var folder = new TemporaryFolder();
        Assert.False(RunDirectory.IsRunFolder(folder.Path));
        Assert.Equal("EK0442", Assert.Throws<RecordsException>(() => RunDirectory.Open(folder["none"])).Code);
        Assert.Equal("EK0442", Assert.Throws<RecordsException>(() => RunDirectory.Open(folder.Path)).Code);
        var run = RunDirectory.Create(folder["run"]);
        Assert.Equal("EK0401", Assert.Throws<RecordsException>(() => run.ReadConfiguration()).Code);
        foreach (var bad in new[] { "", "[1]", "{" })
        {
            Assert.Equal("EK0443", Assert.Throws<RecordsException>(() => run.WriteConfiguration(bad)).Code);
            File.WriteAllText(run.ConfigurationPath, bad);
            Assert.Equal("EK0443", Assert.Throws<RecordsException>(() => run.ReadConfiguration()).Code);
        }
    }

    [Fact]
    public void Leftovers_of_a_killed_run_are_removed()
    {
        using var folder = new TemporaryFolder();
        var run = RunDirectory.Create(folder["run"]);
        AtomicFile.WriteText(run.LastCheckpointPath, "x");
        File.WriteAllText($"{run.LastCheckpointPath}.{Guid.NewGuid():N}.tmp", "half");
        Assert.Equal(1, run.RemoveLeftovers());
        Assert.Equal([run.LastCheckpointPath], Directory.EnumerateFiles(run.CheckpointFolder));
    }
}
