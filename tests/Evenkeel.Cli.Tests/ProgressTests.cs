using Evenkeel.Cli.Output;
using Evenkeel.Training;

namespace Evenkeel.Cli.Tests;

public sealed class ProgressTests
{
    private static readonly TrainingProgress Half = new(50, 100, 1, 2, 0.25, 0.1, 123456, TimeSpan.FromSeconds(61), 0.3, 0.912);

    [Fact]
    public void A_line_has_bar_loss_accuracy_throughput_and_time_left() =>
        Assert.Equal("[============            ]  50%  epoch 1/2  step 50/100  loss 0.2500  validation 91.20%  123k samples/s  1:01 left", TrainingProgressLine.ToText(Half));

    [Fact]
    public void A_live_line_is_drawn_over_and_never_wraps()
    {
        using var writer = new StringWriter();
        var line = new TrainingProgressLine(writer, isLive: true, width: 40, TimeProvider.System);
        line.Report(Half);
        line.Report(Half with { Step = 60 });
        line.Finish();
        var parts = writer.ToString().Replace(Environment.NewLine, "|", StringComparison.Ordinal).Split('\r');
        Assert.Equal(3, parts.Length);
        Assert.All(parts, static part => Assert.True(part.TrimEnd('|').Length < 40));
        Assert.Equal(1, writer.ToString().Count(static letter => letter == '\n'));
    }

    [Fact]
    public void Plain_lines_come_first_and_last_and_rarely_between()
    {
        using var writer = new StringWriter();
        var line = new TrainingProgressLine(writer, isLive: false, width: 100, TimeProvider.System);
        for (var step = 1; step <= 100; step++) line.Report(Half with { Step = step });
        var lines = writer.ToString().TrimEnd().ReplaceLineEndings("\n").Split('\n');
        Assert.Contains("step 1/100", lines[0], StringComparison.Ordinal);
        Assert.Contains("step 100/100", lines[^1], StringComparison.Ordinal);
        Assert.Equal(2, lines.Length);
    }
}
