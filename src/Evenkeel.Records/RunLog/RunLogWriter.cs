using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Evenkeel.Records.RunLog;

/// <summary>Writes a run log, one JSON line per event; a step event allocates nothing.</summary>
/// <remarks>
/// Events gather in memory until <see cref="Flush"/> is called or 64 KB are waiting, so a killed process loses the events since then and may cut the last line.
/// A flush that fails leaves the file as it was and keeps the events for the next one. Not safe for several threads.
/// </remarks>
public sealed class RunLogWriter : IDisposable
{
    private const int FlushThreshold = 64 * 1024;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> buffer = new(FlushThreshold * 2);
    private readonly Utf8JsonWriter json;
    private readonly Stream stream;
    private readonly string path;
    private int complete;
    private bool disposed;

    /// <summary>Writes to a stream of the caller's, which is closed with the writer.</summary>
    /// <param name="stream">A writable stream.</param>
    /// <param name="path">What to call it in error messages.</param>
    public RunLogWriter(Stream stream, string path = "stream")
    {
        ArgumentNullException.ThrowIfNull(stream);
        (this.stream, this.path) = (stream, path);
        json = new Utf8JsonWriter(buffer, Options);
    }

    /// <summary>How many events are waiting in memory.</summary>
    public int PendingEvents { get; private set; }

    /// <summary>Starts a new log.</summary>
    /// <param name="path">The file; an empty one is taken over, any other must not exist.</param>
    /// <exception cref="RecordsException">EK0433: it exists, or cannot be written.</exception>
    public static RunLogWriter Create(string path)
    {
        var writer = Open(path, FileMode.OpenOrCreate);
        if (writer.stream.Length == 0) return writer;
        writer.Dispose();
        throw RecordsErrors.LogWrite(path, new IOException("the file exists and is not empty"));
    }

    /// <summary>Continues a log behind its last whole line; a cut last line is removed.</summary>
    /// <param name="path">The file; it must exist.</param>
    /// <exception cref="RecordsException">EK0401, EK0433: it is missing or cannot be written.</exception>
    public static RunLogWriter Append(string path)
    {
        RunLogFile.RemoveCutLine(path);
        var writer = Open(path, FileMode.Open);
        writer.stream.Seek(0, SeekOrigin.End);
        return writer;
    }

    /// <summary>Writes the first line of a log.</summary>
    /// <param name="e">The event.</param>
    /// <exception cref="JsonException">The configuration is not JSON.</exception>
    public void Write(in RunStartedEvent e)
    {
        // Parsed before the line begins, so that a bad configuration leaves no half line; written anew, since raw JSON may hold line breaks.
        using var configuration = JsonDocument.Parse(e.ConfigurationJson);
        Begin(RunLogSchema.RunStarted);
        json.WriteString(RunLogSchema.Schema, RunLogSchema.Name);
        json.WriteNumber(RunLogSchema.SchemaVersion, RunLogSchema.Version);
        json.WriteString(RunLogSchema.Title, e.Title);
        json.WriteString(RunLogSchema.Time, e.Time);
        json.WriteNumber(RunLogSchema.Seed, e.Seed);
        json.WriteStartObject(RunLogSchema.Versions);
        json.WriteString(RunLogSchema.Evenkeel, e.Versions.Evenkeel);
        json.WriteString(RunLogSchema.Runtime, e.Versions.Runtime);
        json.WriteEndObject();
        json.WriteStartObject(RunLogSchema.Machine);
        json.WriteString(RunLogSchema.OperatingSystem, e.Machine.OperatingSystem);
        json.WriteString(RunLogSchema.Architecture, e.Machine.Architecture);
        json.WriteString(RunLogSchema.Processor, e.Machine.Processor);
        json.WriteNumber(RunLogSchema.LogicalProcessors, e.Machine.LogicalProcessors);
        json.WriteNumber(RunLogSchema.Threads, e.Machine.Threads);
        json.WriteNumber(RunLogSchema.VectorBits, e.Machine.VectorBits);
        json.WriteEndObject();
        json.WritePropertyName(RunLogSchema.Configuration);
        configuration.RootElement.WriteTo(json);
        End();
    }

    /// <summary>Writes that the run goes on from a checkpoint.</summary>
    /// <param name="e">The event.</param>
    public void Write(in ResumedEvent e)
    {
        Begin(RunLogSchema.Resumed);
        json.WriteNumber(RunLogSchema.Step, e.Step);
        json.WriteString(RunLogSchema.Time, e.Time);
        json.WriteString(RunLogSchema.File, e.File);
        End();
    }

    /// <summary>Writes a training step; allocates nothing.</summary>
    /// <param name="e">The event.</param>
    /// <exception cref="RecordsException">EK0433: 64 KB were waiting and could not be written.</exception>
    public void Write(in StepEvent e)
    {
        Begin(RunLogSchema.StepKind);
        json.WriteNumber(RunLogSchema.Step, e.Step);
        json.WriteNumber(RunLogSchema.Commit, e.Commit);
        json.WriteNumber(RunLogSchema.Epoch, e.Epoch);
        Number(RunLogSchema.Loss, e.Loss);
        Number(RunLogSchema.LearningRate, e.LearningRate);
        Number(RunLogSchema.SamplesPerSecond, e.SamplesPerSecond);
        Number(RunLogSchema.GradientNorm, e.GradientNorm);
        if (e.Skipped) json.WriteBoolean(RunLogSchema.Skipped, true);
        Number(RunLogSchema.Seconds, e.Seconds);
        End();
    }

    /// <summary>Writes the end of an epoch.</summary>
    /// <param name="e">The event.</param>
    public void Write(in EpochEvent e)
    {
        Begin(RunLogSchema.EpochKind);
        json.WriteNumber(RunLogSchema.Epoch, e.Epoch);
        json.WriteNumber(RunLogSchema.Step, e.Step);
        Number(RunLogSchema.Loss, e.Loss);
        Number(RunLogSchema.Accuracy, e.Accuracy);
        Number(RunLogSchema.SamplesPerSecond, e.SamplesPerSecond);
        Number(RunLogSchema.Seconds, e.Seconds);
        Metrics(e.Metrics);
        End();
    }

    /// <summary>Writes a pass over the validation samples.</summary>
    /// <param name="e">The event.</param>
    public void Write(in ValidationEvent e)
    {
        Begin(RunLogSchema.Validation);
        json.WriteNumber(RunLogSchema.Step, e.Step);
        json.WriteNumber(RunLogSchema.Epoch, e.Epoch);
        Number(RunLogSchema.Loss, e.Loss);
        Number(RunLogSchema.Accuracy, e.Accuracy);
        if (e.Best) json.WriteBoolean(RunLogSchema.Best, true);
        json.WriteNumber(RunLogSchema.Samples, e.Samples);
        Number(RunLogSchema.Seconds, e.Seconds);
        Metrics(e.Metrics);
        End();
    }

    /// <summary>Writes that a checkpoint was written.</summary>
    /// <param name="e">The event.</param>
    public void Write(in CheckpointEvent e)
    {
        Begin(RunLogSchema.Checkpoint);
        json.WriteNumber(RunLogSchema.Step, e.Step);
        json.WriteNumber(RunLogSchema.Epoch, e.Epoch);
        json.WriteString(RunLogSchema.File, e.File);
        json.WriteString(RunLogSchema.Reason, e.Reason);
        json.WriteNumber(RunLogSchema.Bytes, e.Bytes);
        Number(RunLogSchema.Seconds, e.Seconds);
        End();
    }

    /// <summary>Writes a warning.</summary>
    /// <param name="e">The event.</param>
    public void Write(in WarningEvent e)
    {
        Begin(RunLogSchema.Warning);
        json.WriteNumber(RunLogSchema.Step, e.Step);
        json.WriteString(RunLogSchema.Code, e.Code);
        json.WriteString(RunLogSchema.Text, e.Text);
        if (e.Evidence is not null) json.WriteString(RunLogSchema.Evidence, e.Evidence);
        End();
    }

    /// <summary>Writes the end of a run.</summary>
    /// <param name="e">The event.</param>
    public void Write(in RunFinishedEvent e)
    {
        Begin(RunLogSchema.RunFinished);
        json.WriteNumber(RunLogSchema.Step, e.Step);
        json.WriteNumber(RunLogSchema.Epoch, e.Epoch);
        json.WriteString(RunLogSchema.Outcome, e.Outcome);
        Number(RunLogSchema.Seconds, e.Seconds);
        Number(RunLogSchema.TrainLoss, e.TrainLoss);
        Number(RunLogSchema.TestLoss, e.TestLoss);
        Number(RunLogSchema.TestAccuracy, e.TestAccuracy);
        if (e.WeightsHash is not null) json.WriteString(RunLogSchema.WeightsHash, e.WeightsHash);
        End();
    }

    /// <summary>Hands the waiting events to the file.</summary>
    /// <param name="toDisk">Whether to wait until the disk has them; costs milliseconds, wanted before a checkpoint is renamed.</param>
    /// <exception cref="RecordsException">EK0433: the disk refused; the file is as it was and the events wait for the next flush.</exception>
    public void Flush(bool toDisk = false)
    {
        var start = stream.CanSeek ? stream.Position : -1;
        try
        {
            if (complete > 0) stream.Write(buffer.WrittenSpan[..complete]);
            if (toDisk && stream is FileStream file) file.Flush(flushToDisk: true);
            else stream.Flush();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            RollBack(start);
            throw RecordsErrors.LogWrite(path, error);
        }

        buffer.ResetWrittenCount();
        complete = 0;
        PendingEvents = 0;
    }

    /// <summary>Flushes and closes the file.</summary>
    /// <exception cref="RecordsException">EK0433: the last events could not be written; the file is closed all the same.</exception>
    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        try
        {
            Flush();
        }
        finally
        {
            json.Dispose();
            stream.Dispose();
        }
    }

    private static RunLogWriter Open(string path, FileMode mode)
    {
        try
        {
            // No buffer of the stream's own: a line is either in this writer's buffer or in the file.
            return new RunLogWriter(new FileStream(path, mode, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw RecordsErrors.LogWrite(path, error);
        }
    }

    /// <summary>Takes a half-written piece off the end again, so that the log never has a cut line in the middle.</summary>
    private void RollBack(long start)
    {
        if (start < 0) return;
        try
        {
            stream.SetLength(start);
            stream.Position = start;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // The failed write is what gets reported.
        }
    }

    private void Begin(JsonEncodedText kind)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        json.Reset(buffer);
        json.WriteStartObject();
        json.WriteString(RunLogSchema.Event, kind);
    }

    private void End()
    {
        json.WriteEndObject();
        json.Flush();
        buffer.GetSpan(1)[0] = (byte)'\n';
        buffer.Advance(1);
        complete = buffer.WrittenCount;
        PendingEvents++;
        if (complete >= FlushThreshold) Flush();
    }

    private void Metrics(IReadOnlyList<MetricValue>? metrics)
    {
        if (metrics is null || metrics.Count == 0) return;
        json.WriteStartObject(RunLogSchema.Metrics);
        foreach (var metric in metrics)
        {
            json.WritePropertyName(metric.Name);
            if (double.IsFinite(metric.Value)) json.WriteNumberValue(metric.Value);
            else json.WriteStringValue(NonFinite(metric.Value));
        }

        json.WriteEndObject();
    }

    private void Number(JsonEncodedText name, double? value)
    {
        if (value is { } number) Number(name, number);
    }

    private void Number(JsonEncodedText name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteString(name, NonFinite(value));
    }

    private static string NonFinite(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}
