using Evenkeel.TestKit;
using Xunit.Sdk;

namespace Evenkeel.Reference.Tests.Kit;

public sealed class SnapshotTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("evenkeel-snapshots-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string TestFile => Path.Combine(_folder, "SomeTests.cs");

    private string Received => Path.Combine(_folder, "Snapshots", "plan.received.txt");

    private void Verify(string text)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "Snapshots"));
        File.WriteAllText(Path.Combine(_folder, "Snapshots", "plan.verified.txt"), text);
    }

    [Fact]
    public void A_missing_snapshot_fails_and_leaves_the_received_text()
    {
        Assert.Contains("nothing is verified yet", Assert.Throws<XunitException>(() => Snapshot.Match("a\nb", "plan", TestFile)).Message);
        Assert.Equal("a\nb\n", File.ReadAllText(Received));
    }

    [Fact]
    public void An_equal_text_passes_whatever_its_line_ends_and_removes_an_old_received_file()
    {
        Verify("a\r\nb\r\n");
        Assert.Throws<XunitException>(() => Snapshot.Match("a\nc", "plan", TestFile));
        Assert.True(File.Exists(Received));
        Snapshot.Match("a\nb", "plan", TestFile);
        Assert.False(File.Exists(Received));
    }

    [Fact]
    public void A_difference_names_its_line_and_does_not_touch_the_verified_file()
    {
        Verify("a\nb\n");
        Assert.Contains("line 2 differs:\n  expected: b\n  got:      c", Assert.Throws<XunitException>(() => Snapshot.Match("a\nc\nd", "plan", TestFile)).Message);
        Assert.Equal("a\nb\n", File.ReadAllText(Path.Combine(_folder, "Snapshots", "plan.verified.txt")));
    }
}
