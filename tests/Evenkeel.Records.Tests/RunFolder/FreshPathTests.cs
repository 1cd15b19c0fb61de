using Evenkeel.Records.RunFolder;
using Evenkeel.TestKit;

namespace Evenkeel.Records.Tests.RunFolder;

public sealed class FreshPathTests
{
    [Fact]
    public void A_fresh_path_is_the_next_fresh_folder_and_is_not_created()
    {
        using var folder = new TemporaryFolder();
        var now = new DateTimeOffset(2026, 7, 20, 14, 3, 22, TimeSpan.Zero);
        RunDirectory.CreateFresh(folder.Path, "a", now);
        var path = RunDirectory.FreshPath(folder.Path, "a", now);
        Assert.False(Path.Exists(path));
        Assert.Equal(RunDirectory.CreateFresh(folder.Path, "a", now).Path, path);
    }
}
