using Evenkeel.Records;
using Evenkeel.Records.RunFolder;
using Evenkeel.Records.RunLog;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Reports.Tests.Pages;

public sealed class RunReportTests
{
    private static readonly RunStartedEvent Started = new(
        "glyphs <mlp>", new DateTimeOffset(2026, 7, 20, 14, 3, 22, TimeSpan.Zero), 7, "{\"lr\":0.1}", new VersionFacts("0.1.0", ".NET 10"), new MachineFacts("Linux", "X64", "cpu", 2, 2, 512));

    [Fact]
    public void A_finished_run_shows_its_curves_numbers_and_origin()
    {
        var html = Report(log =>
        {
            for (var step = 1; step <= 600; step++) log.Write(new StepEvent(step, step, 1 + step / 300, 3.0 / step, 0.1, 250_000 + step, 0.5, step == 17));
            log.Write(new EpochEvent(1, 300, 0.5, 0.9));
            log.Write(new ValidationEvent(300, 1, 0.4, 0.91));
            log.Write(new ValidationEvent(600, 2, 0.3, 0.95, true));
            log.Write(new CheckpointEvent(600, 2, "checkpoints/last.safetensors", "finished", 1_234_567));
            log.Write(new WarningEvent(17, "EK1009", "not <finite>", "loss = NaN"));
            log.Write(new RunFinishedEvent(600, 2, "completed", 75.2, 0.1, 0.05, 0.9846));
        });
        foreach (var expected in new[]
        {
            "<title>glyphs &lt;mlp&gt;</title>", "✓ completed", "600 steps in 1 min 15 s.", ">98.46%<", ">95.00%<", "at step 600", "1 skipped",
            "<title>Loss</title>", "<title>Accuracy</title>", ">Learning rate<", ">Throughput<", ">Gradient norm<", "training, smoothed",
            "EK1009", "not &lt;finite&gt;", "1.2 MB", "&quot;lr&quot;: 0.1", "512 bits",
        })
            Assert.Contains(expected, html);
    }

    [Fact]
    public void A_killed_run_says_so_and_shows_what_there_is()
    {
        var html = Report(log => log.Write(new StepEvent(1, 1, 1, double.NaN, 0.1)));
        Assert.Contains("not finished", html);
        Assert.Contains("1 steps had a loss that is not finite", html);
        Assert.DoesNotContain(">Accuracy<", html);
    }

    [Fact]
    public void A_run_that_only_began_still_makes_a_page() => Assert.Contains("not finished", Report(_ => { }));

    [Theory]
    [InlineData("early_stopped", "✓ stopped early")]
    [InlineData("out_of_time", "≈ out of time")]
    [InlineData("cancelled", "≈ cancelled")]
    [InlineData("failed", "✗ failed")]
    [InlineData("abducted_by", "abducted by")]
    public void Each_outcome_has_its_badge(string outcome, string badge) => Assert.Contains(badge, Report(log => log.Write(new RunFinishedEvent(1, 1, outcome, 1))));

    [Fact]
    public void An_empty_log_is_a_typed_error()
    {
        var error = Assert.Throws<ReportsException>(() => RunReport.Create(RunLogReader.Read(new MemoryStream(), "log"), "r"));
        Assert.Equal("EK0451", error.Code);
        Assert.Contains("Wait until the run has begun", error.Message);
    }

    [Fact]
    public void A_run_folder_is_enough()
    {
        var folder = Directory.CreateTempSubdirectory("evenkeel-reports-");
        try
        {
            var run = RunDirectory.Create(Path.Combine(folder.FullName, "my-run"));
            using (var log = RunLogWriter.Create(run.LogPath)) log.Write(Started);
            Assert.Contains("Run my-run, started 2026-07-20 14:03:22 +00:00", RunReport.Create(run).ToHtml());
            File.Delete(run.LogPath);
            Assert.Equal("EK0401", Assert.Throws<RecordsException>(() => RunReport.Create(run)).Code);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Report(Action<RunLogWriter> write)
    {
        using var stream = new MemoryStream();
        var log = new RunLogWriter(stream);
        log.Write(Started);
        write(log);
        log.Flush();
        stream.Position = 0;
        return RunReport.Create(RunLogReader.Read(stream, "log"), "r").ToHtml();
    }
}
