using Evenkeel.TestKit;
using LibraryTour;

namespace Evenkeel.Training.Tests.Samples;

public sealed class LibraryTourTests
{
    [Fact]
    public async Task The_pieces_of_the_guide_do_what_it_says()
    {
        using var folder = new TemporaryFolder();
        using var output = new StringWriter();
        await Tour.RunAsync(output, folder["tour"]);
        var lines = output.ToString().ReplaceLineEndings("\n").TrimEnd().Split('\n');
        Assert.All(lines[..5], static line => Assert.Equal("600 samples of [6], 2 classes", line));
        Assert.Equal("stopped: Cancelled", lines[5]);
        Assert.StartsWith("resumed: Completed after 340 steps, ", lines[6], StringComparison.Ordinal);
        Assert.EndsWith("side by side the same: True", lines[7], StringComparison.Ordinal);
        Assert.StartsWith("loss of a loop: 0", lines[8], StringComparison.Ordinal);
        Assert.Equal("saved and loaded branches agree: True", lines[9]);
    }
}
