using System.Text;
using Evenkeel.Records.RunLog;
using Evenkeel.TestKit;

namespace Evenkeel.Records.Tests.RunLog;

public sealed class RunLogTests
{
    internal static readonly RunStartedEvent Started = new(
        "mnist mlp", new DateTimeOffset(2026, 7, 20, 14, 3, 22, TimeSpan.FromHours(2)), ulong.MaxValue, "{\"hidden\": [100, 100],\n \"lr\": 0.1}", new VersionFacts("0.1.0", ".NET 10.0.0"), new MachineFacts("Linux", "X64", "A \"fast\" one", 2, 2, 512));

    [Fact]
    public void Every_event_is_read_back_as_it_was_written()
    {
        var step = new StepEvent(1, 1, 1, 2.302585092994046, 0.1, 12345.6, 0.5, false, 0.25);
        var bare = new StepEvent(2, 1, 1, double.NaN, 1e-300, Skipped: true);
        var infinite = new StepEvent(3, 2, 1, double.PositiveInfinity, 0.1, null, double.NegativeInfinity);
        var epoch = new EpochEvent(1, 3, 0.5, 0.9, 1e6, 1.5, [new("top5", 0.99), new("odd", double.NaN)]);
        var validation = new ValidationEvent(3, 1, 0.4, 0.91, true, 5000, 1.6, [new("top5", 1)]);
        var checkpoint = new CheckpointEvent(3, 1, "checkpoints/last.safetensors", "epoch", 1234, 1.7);
        var warning = new WarningEvent(3, "EK1009", "Statistics drift: \"why\"\nnewline", "mean 3 against 1");
        var resumed = new ResumedEvent(3, Started.Time, "checkpoints/last.safetensors");
        var finished = new RunFinishedEvent(3, 1, "completed", 2.5, 0.5, 0.45, 0.98, "00ff");
        var history = ReadBack(log =>
        {
            log.Write(Started);
            log.Write(step);
            log.Write(bare);
            log.Write(infinite);
            log.Write(epoch);
            log.Write(validation);
            log.Write(checkpoint);
            log.Write(warning);
            log.Write(resumed);
            log.Write(finished);
        });

        Assert.Equal(Started with { ConfigurationJson = """{"hidden":[100,100],"lr":0.1}""" }, history.Started);
        Assert.Equal([step, bare, infinite], history.Steps);
        Assert.Equal(epoch with { Metrics = null }, Assert.Single(history.Epochs) with { Metrics = null });
        Assert.Equal(epoch.Metrics, history.Epochs[0].Metrics);
        Assert.Equal(validation with { Metrics = null }, Assert.Single(history.Validations) with { Metrics = null });
        Assert.Equal(validation.Metrics, history.Validations[0].Metrics);
        Assert.Equal([checkpoint], history.Checkpoints);
        Assert.Equal([warning], history.Warnings);
        Assert.Equal([resumed], history.Resumed);
        Assert.Equal(finished, history.Finished);
        Assert.False(history.LastLineWasCut);
    }

    [Fact]
    public void The_text_of_a_log_is_pinned()
    {
        var lines = Text(log =>
        {
            log.Write(Started);
            log.Write(new StepEvent(1, 1, 1, 0.5, 0.1, 1000, null, false, 2));
            log.Write(new StepEvent(2, 1, 1, double.NaN, 0.1, Skipped: true));
        }).Split('\n');
        Assert.Equal(
            """{"event":"run_started","schema":"evenkeel.runlog","version":1,"title":"mnist mlp","time":"2026-07-20T14:03:22+02:00","seed":18446744073709551615,"versions":{"evenkeel":"0.1.0","runtime":".NET 10.0.0"},"machine":{"operating_system":"Linux","architecture":"X64","processor":"A \"fast\" one","logical_processors":2,"threads":2,"vector_bits":512},"configuration":{"hidden":[100,100],"lr":0.1}}""",
            lines[0]);
        Assert.Equal("""{"event":"step","step":1,"commit":1,"epoch":1,"loss":0.5,"learning_rate":0.1,"samples_per_second":1000,"seconds":2}""", lines[1]);
        Assert.Equal("""{"event":"step","step":2,"commit":1,"epoch":1,"loss":"NaN","learning_rate":0.1,"skipped":true}""", lines[2]);
        Assert.Equal("", lines[3]);
        Assert.Equal(4, lines.Length);
    }

    [Fact]
    public void A_step_event_allocates_nothing_flushes_included()
    {
        using var folder = new TemporaryFolder();
        using var log = RunLogWriter.Create(folder["log"]);
        log.Write(Started);
        for (var i = 1; i <= 2000; i++) WriteStep(log, i);
        log.Flush();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 2001; i <= 4000; i++) WriteStep(log, i);
        log.Flush();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void WriteStep(RunLogWriter log, int i) => log.Write(new StepEvent(i, i, 1, 1.0 / i, 0.1, 123456.7 + i, 0.01 * i, false, i * 0.001));
    }

    [Fact]
    public void Events_reach_the_file_when_flushed_and_by_themselves_when_many_wait()
    {
        using var stream = new MemoryStream();
        using var log = new RunLogWriter(stream);
        log.Write(Started);
        Assert.Equal((0L, 1), (stream.Length, log.PendingEvents));
        log.Flush();
        Assert.True(stream.Length > 0);
        Assert.Equal(0, log.PendingEvents);
        var flushed = stream.Length;
        for (var i = 1; i <= 1000; i++) log.Write(new StepEvent(i, i, 1, 0.123456789, 0.1));
        Assert.True(stream.Length > flushed + 64_000);
        Assert.True(log.PendingEvents < 1000);
    }

    [Fact]
    public void A_failed_flush_leaves_whole_lines_and_the_next_one_makes_up_for_it()
    {
        using var stream = new FailingStream();
        var log = new RunLogWriter(stream, "log.jsonl");
        log.Write(Started);
        log.Flush();
        var good = stream.Length;
        log.Write(new StepEvent(1, 1, 1, 0.5, 0.1));
        stream.FailAfter = 10;
        Assert.Equal("EK0433", Assert.Throws<RecordsException>(() => log.Flush()).Code);
        Assert.Equal(good, stream.Length);
        log.Write(new StepEvent(2, 2, 1, 0.4, 0.1));
        stream.FailAfter = null;
        log.Flush();
        stream.Position = 0;
        Assert.Equal([1L, 2L], RunLogReader.Read(stream, "log.jsonl").Steps.Select(s => s.Step));
    }

    [Fact]
    public void A_new_log_never_overwrites_an_old_one()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["log"], "something\n");
        Assert.Equal("EK0433", Assert.Throws<RecordsException>(() => RunLogWriter.Create(folder["log"])).Code);
        Assert.Equal("something\n", File.ReadAllText(folder["log"]));
        Assert.Equal("EK0433", Assert.Throws<RecordsException>(() => RunLogWriter.Create(Path.Combine(folder["none"], "log"))).Code);
    }

    [Fact]
    public void A_log_cut_anywhere_in_its_last_line_is_read_up_to_there()
    {
        var whole = Encoding.UTF8.GetBytes(Text(log =>
        {
            log.Write(Started);
            log.Write(new StepEvent(1, 1, 1, 0.5, 0.1));
            log.Write(new StepEvent(2, 2, 1, 0.4, 0.1));
        }));
        var lines = new List<int> { 0 };
        for (var i = 0; i < whole.Length; i++) if (whole[i] == '\n') lines.Add(i + 1);
        for (var length = 0; length <= whole.Length; length++)
        {
            var history = RunLogReader.Read(new MemoryStream(whole, 0, length), "log");
            var complete = lines.Count(end => end > 0 && length >= end - 1); // a line without its line feed still reads
            Assert.Equal(complete >= 1, history.Started is not null);
            Assert.Equal(Math.Max(0, complete - 1), history.Steps.Count);
            Assert.Equal(length != 0 && !lines.Contains(length) && !lines.Contains(length + 1), history.LastLineWasCut);
        }
    }

    [Theory]
    [InlineData("EK0430", "{\"event\":\"step\"\n{}\n")]
    [InlineData("EK0430", "\n")]
    [InlineData("EK0430", "[]\n")]
    [InlineData("EK0430", "\0\0\0\n")]
    [InlineData("EK0431", "{}\n")]
    [InlineData("EK0431", "{\"event\":7}\n")]
    [InlineData("EK0431", "{\"event\":\"step\"}\n")]
    [InlineData("EK0431", "{\"event\":\"step\",\"step\":-1,\"commit\":1,\"epoch\":1,\"loss\":0,\"learning_rate\":0}\n")]
    [InlineData("EK0431", "{\"event\":\"step\",\"step\":1,\"commit\":1,\"epoch\":1,\"loss\":\"big\",\"learning_rate\":0}\n")]
    [InlineData("EK0431", "{\"event\":\"step\",\"step\":1,\"commit\":1,\"epoch\":1,\"loss\":0,\"learning_rate\":0,\"skipped\":1}\n")]
    [InlineData("EK0431", "{\"event\":\"resumed\",\"step\":1,\"time\":\"yesterday\",\"file\":\"f\"}\n")]
    [InlineData("EK0431", "{\"event\":\"warning\",\"step\":1,\"code\":\"\\ud800\",\"text\":\"t\"}\n")]
    [InlineData("EK0431", "{\"event\":\"epoch\",\"epoch\":1,\"step\":1,\"loss\":0,\"metrics\":{\"\\ud800\":1}}\n")]
    [InlineData("EK0431", "{\"event\":\"epoch\",\"epoch\":1,\"step\":1,\"loss\":0,\"metrics\":[1]}\n")]
    public void A_damaged_line_in_the_middle_is_named(string code, string line)
    {
        var text = Text(log => log.Write(Started)) + line + "{\"event\":\"unheard_of\"}\n";
        var error = Assert.Throws<RecordsException>(() => Read(text));
        Assert.Equal(code, error.Code);
        Assert.Contains("line 2 of the run log", error.Message);
    }

    [Theory]
    [InlineData("{\"event\":\"run_started\"}\n")]
    [InlineData("{\"event\":\"run_started\",\"schema\":\"evenkeel.runlog\",\"version\":2}\n")]
    [InlineData("{\"event\":\"run_started\",\"schema\":\"other\",\"version\":1}\n")]
    [InlineData("{\"event\":\"step\",\"step\":1,\"commit\":1,\"epoch\":1,\"loss\":0,\"learning_rate\":0}\n")]
    public void Another_schema_or_a_missing_first_line_is_refused(string text) =>
        Assert.Equal("EK0432", Assert.Throws<RecordsException>(() => Read(text)).Code);

    [Fact]
    public void Events_and_fields_of_a_later_version_are_passed_over()
    {
        var history = Read(Text(log => log.Write(Started)) + "{\"event\":\"unheard_of\",\"x\":[1]}\n{\"event\":\"resumed\",\"step\":0,\"time\":\"2026-07-20T14:03:22Z\",\"file\":\"f\",\"new\":{}}\n");
        Assert.Equal(1, history.UnknownEvents);
        Assert.Single(history.Resumed);
    }

    [Fact]
    public void Every_flipped_byte_gives_a_readable_log_or_a_typed_error()
    {
        var whole = Encoding.UTF8.GetBytes(Text(log =>
        {
            log.Write(Started);
            log.Write(new StepEvent(1, 1, 1, 0.5, 0.1, 1000, 2, true, 3));
            log.Write(new EpochEvent(1, 1, 0.5, 0.9, Metrics: [new("top5", 1)]));
            log.Write(new ResumedEvent(1, Started.Time, "last"));
            log.Write(new RunFinishedEvent(1, 1, "completed", 1));
        }));
        var (read, refused) = (0, 0);
        foreach (var pattern in new byte[] { 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff })
        {
            for (var at = 0; at < whole.Length; at++)
            {
                whole[at] ^= pattern;
                try
                {
                    RunLogReader.Read(new MemoryStream(whole), "log");
                    read++;
                }
                catch (RecordsException error)
                {
                    Assert.InRange(error.Code, "EK0430", "EK0432");
                    refused++;
                }

                whole[at] ^= pattern;
            }
        }

        Assert.True(read > 500 && refused > 500, $"{read} read, {refused} refused");
    }

    [Fact]
    public void A_line_that_never_ends_is_refused()
    {
        using var endless = new EndlessStream();
        Assert.Equal("EK0430", Assert.Throws<RecordsException>(() => RunLogReader.Read(endless, "log")).Code);
    }

    [Fact]
    public void A_missing_log_is_unreadable()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("EK0401", Assert.Throws<RecordsException>(() => RunLogReader.Read(folder["log"])).Code);
        Assert.Equal("EK0401", Assert.Throws<RecordsException>(() => RunLogWriter.Append(folder["log"])).Code);
    }

    internal static string Text(Action<RunLogWriter> write)
    {
        using var stream = new MemoryStream();
        using (var log = new RunLogWriter(stream)) write(log);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static RunHistory ReadBack(Action<RunLogWriter> write) => Read(Text(write));

    private static RunHistory Read(string text) => RunLogReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "log.jsonl");

    /// <summary>Writes a few bytes and fails then, like a disk that fills up.</summary>
    private sealed class FailingStream : MemoryStream
    {
        public int? FailAfter { get; set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (FailAfter is not { } limit)
            {
                base.Write(buffer);
                return;
            }

            base.Write(buffer[..Math.Min(limit, buffer.Length)]);
            throw new IOException("No space left on device");
        }
    }

    /// <summary>Spaces without end.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)' ');
            return buffer.Length;
        }
    }
}
