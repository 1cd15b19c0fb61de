using Evenkeel.Records.Files;
using Evenkeel.TestKit;

namespace Evenkeel.Records.Tests.Files;

public sealed class AtomicFileTests
{
    [Fact]
    public void A_file_is_created_and_replaced_and_nothing_else_is_left()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.WriteText(folder["a"], "one");
        AtomicFile.WriteText(folder["a"], "twö");
        Assert.Equal("twö", File.ReadAllText(folder["a"]));
        Assert.Equal([folder["a"]], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void When_the_disk_fails_half_way_the_old_file_survives_and_the_error_is_typed()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.WriteText(folder["a"], "old");
        var error = Assert.Throws<RecordsException>(() => AtomicFile.Write(folder["a"], stream =>
        {
            stream.Write(new byte[1 << 20]);
            throw new IOException("No space left on device");
        }));
        Assert.Equal("EK0420", error.Code);
        Assert.Contains("No space left on device", error.Message);
        Assert.Equal("old", File.ReadAllText(folder["a"]));
        Assert.Single(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void An_error_of_the_callers_own_passes_through_and_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<OperationCanceledException>(() => AtomicFile.Write(folder["a"], _ => throw new OperationCanceledException()));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void The_old_content_is_there_until_the_new_one_is_whole()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.WriteText(folder["a"], "old");
        AtomicFile.Write(folder["a"], stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(folder["a"]));
        });
        Assert.Equal("new", File.ReadAllText(folder["a"]));
    }

    [Fact]
    public void A_missing_folder_and_a_folder_as_target_are_typed_errors()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("EK0420", Assert.Throws<RecordsException>(() => AtomicFile.WriteText(Path.Combine(folder["none"], "a"), "x")).Code);
        Directory.CreateDirectory(folder["dir"]);
        Assert.Equal("EK0420", Assert.Throws<RecordsException>(() => AtomicFile.WriteText(folder["dir"], "x")).Code);
        Assert.Equal([folder["dir"]], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_symbolic_link_stays_one_and_its_target_is_replaced()
    {
        if (OperatingSystem.IsWindows()) return; // links need a privilege there
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["target"], "old");
        File.CreateSymbolicLink(folder["link"], folder["target"]);
        AtomicFile.WriteText(folder["link"], "new");
        Assert.NotNull(new FileInfo(folder["link"]).LinkTarget);
        Assert.Equal("new", File.ReadAllText(folder["target"]));
    }

    [Fact]
    public void Leftovers_of_a_killed_process_are_removed_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var keep = new[] { "a", "a.tmp", "a.b.tmp", "b." + Guid.NewGuid().ToString("N") + ".tmp", "a." + new string('z', 32) + ".tmp" };
        foreach (var name in keep) File.WriteAllText(folder[name], "");
        File.WriteAllText(folder["a." + Guid.NewGuid().ToString("N") + ".tmp"], "");
        Assert.Equal(1, AtomicFile.RemoveLeftovers(folder["a"]));
        Assert.Equal(keep.Order(), Directory.EnumerateFiles(folder.Path).Select(f => Path.GetFileName(f)!).Order());
    }

    [SmallDiskFact]
    public void On_a_full_disk_the_old_file_survives_and_the_temporary_one_is_removed()
    {
        using var disk = new SmallDisk();
        var path = Path.Combine(disk.Path, "a");
        AtomicFile.Write(path, stream => stream.Write(new byte[100_000]));
        var error = Assert.Throws<RecordsException>(() => AtomicFile.Write(path, stream => stream.Write(new byte[SmallDisk.Bytes])));
        Assert.Equal("EK0420", error.Code);
        Assert.Equal(100_000, new FileInfo(path).Length);
        Assert.Single(Directory.EnumerateFiles(disk.Path));
    }
}
