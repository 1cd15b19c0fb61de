using Evenkeel.Records.RunLog;
using Evenkeel.TestKit;

namespace Evenkeel.Records.Tests.RunLog;

/// <summary>What becomes of a log when its run is continued from a checkpoint.</summary>
public sealed class ResumeTests
{
    private static readonly StepEvent Template = new(0, 0, 1, 0.5, 0.1);

    [Fact]
    public void Truncating_keeps_everything_up_to_the_checkpoints_own_event()
    {
        using var folder = new TemporaryFolder();
        var path = Write(folder, log =>
        {
            Steps(log, 1, 10);
            log.Write(new ValidationEvent(10, 1, 0.3));
            log.Write(new CheckpointEvent(10, 1, "best", "best"));
            log.Write(new CheckpointEvent(10, 1, "last", "epoch"));
            log.Write(new EpochEvent(1, 10, 0.3));
            Steps(log, 11, 13);
        });
        Assert.True(RunLogFile.TruncateToCheckpoint(path, 10) > 0);
        var history = RunLogReader.Read(path);
        Assert.Equal(10, history.Steps.Count);
        Assert.Single(history.Validations);
        Assert.Equal(["best", "last"], history.Checkpoints.Select(c => c.File));
        Assert.Empty(history.Epochs); // comes again after the checkpoint
        Assert.Equal(0, RunLogFile.TruncateToCheckpoint(path, 10));
    }

    [Fact]
    public void Truncating_to_a_checkpoint_that_the_log_does_not_know_keeps_its_step()
    {
        using var folder = new TemporaryFolder();
        var path = Write(folder, log =>
        {
            log.Write(new CheckpointEvent(0, 1, "last", "start"));
            Steps(log, 1, 20);
        });
        RunLogFile.TruncateToCheckpoint(path, 15);
        Assert.Equal(15, RunLogReader.Read(path).Steps.Count);
        RunLogFile.TruncateToCheckpoint(path, 0);
        var history = RunLogReader.Read(path);
        Assert.Empty(history.Steps);
        Assert.NotNull(history.Started);
        Assert.Single(history.Checkpoints);
    }

    [Fact]
    public void Truncating_a_finished_run_takes_the_end_off()
    {
        using var folder = new TemporaryFolder();
        var path = Write(folder, log =>
        {
            Steps(log, 1, 5);
            log.Write(new RunFinishedEvent(5, 1, "completed", 1));
        });
        RunLogFile.TruncateToCheckpoint(path, 5);
        var history = RunLogReader.Read(path);
        Assert.Equal(5, history.Steps.Count);
        Assert.Null(history.Finished);
    }

    [Fact]
    public void Truncating_a_log_that_was_resumed_before_looks_at_its_last_stretch()
    {
        using var folder = new TemporaryFolder();
        var path = Write(folder, log =>
        {
            Steps(log, 1, 20);
            log.Write(new ResumedEvent(10, RunLogTests.Started.Time, "last"));
            Steps(log, 11, 14, loss: 0.25);
            log.Write(new CheckpointEvent(14, 1, "last", "time"));
            Steps(log, 15, 16, loss: 0.25);
        });
        RunLogFile.TruncateToCheckpoint(path, 14);
        var history = RunLogReader.Read(path);
        Assert.Equal(Enumerable.Range(1, 14).Select(i => (long)i), history.Steps.Select(s => s.Step));
        Assert.Equal(0.25, history.Steps[^1].Loss);
    }

    [Fact]
    public void Continuing_behind_a_cut_line_gives_a_log_without_damage()
    {
        using var folder = new TemporaryFolder();
        var path = Write(folder, log => Steps(log, 1, 3));
        using (var cut = new FileStream(path, FileMode.Open)) cut.SetLength(cut.Length - 5);
        using (var log = RunLogWriter.Append(path))
        {
            log.Write(new ResumedEvent(2, RunLogTests.Started.Time, "last"));
            Steps(log, 3, 4);
        }

        var history = RunLogReader.Read(path);
        Assert.Equal([1L, 2L, 3L, 4L], history.Steps.Select(s => s.Step));
        Assert.False(history.LastLineWasCut);
    }

    [Fact]
    public void Steps_taken_again_after_a_resume_count_once()
    {
        using var folder = new TemporaryFolder();
        var path = Write(folder, log =>
        {
            Steps(log, 1, 8);
            log.Write(new ValidationEvent(8, 1, 0.3));
            log.Write(new RunFinishedEvent(8, 1, "cancelled", 1));
            log.Write(new ResumedEvent(5, RunLogTests.Started.Time, "last"));
            Steps(log, 6, 7, loss: 0.25);
        });
        var history = RunLogReader.Read(path);
        Assert.Equal([1L, 2L, 3L, 4L, 5L, 6L, 7L], history.Steps.Select(s => s.Step));
        Assert.Equal(0.25, history.Steps[5].Loss);
        Assert.Empty(history.Validations);
        Assert.Null(history.Finished);
    }

    private static string Write(TemporaryFolder folder, Action<RunLogWriter> write)
    {
        using var log = RunLogWriter.Create(folder["log.jsonl"]);
        log.Write(RunLogTests.Started);
        write(log);
        return folder["log.jsonl"];
    }

    private static void Steps(RunLogWriter log, long first, long last, double loss = 0.5)
    {
        for (var step = first; step <= last; step++) log.Write(Template with { Step = step, Commit = step, Loss = loss });
    }
}
