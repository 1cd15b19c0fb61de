using System.Text.Json;
using System.Text.Unicode;

namespace Evenkeel.Records.RunLog;

/// <summary>Reads a run log; a cut last line is what a killed process leaves and is passed over, anything else wrong is a typed error.</summary>
public static class RunLogReader
{
    /// <summary>Reads a log from a file, also one that is still being written.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="RecordsException">EK0401: unreadable; EK0430..EK0432: a damaged line, a wrong field, another schema.</exception>
    public static RunHistory Read(string path)
    {
        using var stream = OpenForReading(path);
        return Read(stream, path);
    }

    /// <summary>Reads a log from a stream.</summary>
    /// <param name="stream">A readable stream; it stays open.</param>
    /// <param name="path">What to call it in error messages.</param>
    /// <exception cref="RecordsException">EK0401: unreadable; EK0430..EK0432: a damaged line, a wrong field, another schema.</exception>
    public static RunHistory Read(Stream stream, string path)
    {
        var history = new RunHistory();
        var lines = new JsonLines(stream, path);
        while (lines.MoveNext())
        {
            using var document = Parse(lines, path);
            if (document is null) history.LastLineWasCut = true;
            else Add(history, new RunLogFields(path, lines.Number, document.RootElement));
        }

        return history;
    }

    internal static FileStream OpenForReading(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw RecordsErrors.CannotRead(path, error);
        }
    }

    /// <summary>Parses the current line; null if it is the last one and cut.</summary>
    internal static JsonDocument? Parse(JsonLines lines, string path)
    {
        try
        {
            if (!Utf8.IsValid(lines.Current.Span)) throw new JsonException("it is not UTF-8");
            var document = JsonDocument.Parse(lines.Current);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            var kind = document.RootElement.ValueKind;
            document.Dispose();
            throw new JsonException($"it is of the kind {kind}");
        }
        catch (JsonException error)
        {
            return lines.IsWhole ? throw RecordsErrors.LogLine(path, lines.Number, error.Message.TrimEnd('.'), error) : null;
        }
    }

    private static void Add(RunHistory history, RunLogFields f)
    {
        if (history.Started is null && f.Kind != "run_started")
            throw RecordsErrors.LogVersion(f.Path, $"no run_started event in its first line, but '{f.Kind}'");
        switch (f.Kind)
        {
            case "run_started":
                f.CheckSchema();
                history.Started = Started(f);
                break;
            case "resumed":
                history.Resume(new ResumedEvent(f.Integer("step"), f.Time("time"), f.Text("file")));
                break;
            case "step":
                history.StepList.Add(new StepEvent(
                    f.Integer("step"), f.Integer("commit"), f.Small("epoch"), f.Number("loss"), f.Number("learning_rate"),
                    f.OptionalNumber("samples_per_second"), f.OptionalNumber("gradient_norm"), f.Flag("skipped"), f.OptionalNumber("seconds")));
                break;
            case "epoch":
                history.EpochList.Add(new EpochEvent(
                    f.Small("epoch"), f.Integer("step"), f.Number("loss"), f.OptionalNumber("accuracy"),
                    f.OptionalNumber("samples_per_second"), f.OptionalNumber("seconds"), f.Metrics("metrics")));
                break;
            case "validation":
                history.ValidationList.Add(new ValidationEvent(
                    f.Integer("step"), f.Small("epoch"), f.Number("loss"), f.OptionalNumber("accuracy"),
                    f.Flag("best"), f.Integer("samples"), f.OptionalNumber("seconds"), f.Metrics("metrics")));
                break;
            case "checkpoint":
                history.CheckpointList.Add(new CheckpointEvent(
                    f.Integer("step"), f.Small("epoch"), f.Text("file"), f.Text("reason"), f.Integer("bytes"), f.OptionalNumber("seconds")));
                break;
            case "warning":
                history.WarningList.Add(new WarningEvent(f.Integer("step"), f.Text("code"), f.Text("text"), f.OptionalText("evidence")));
                break;
            case "run_finished":
                history.Finished = new RunFinishedEvent(
                    f.Integer("step"), f.Small("epoch"), f.Text("outcome"), f.Number("seconds"), f.OptionalNumber("train_loss"),
                    f.OptionalNumber("test_loss"), f.OptionalNumber("test_accuracy"), f.OptionalText("weights_hash"));
                break;
            default:
                history.UnknownEvents++;
                break;
        }
    }

    private static RunStartedEvent Started(RunLogFields f)
    {
        var versions = f.Object("versions");
        var machine = f.Object("machine");
        return new RunStartedEvent(
            f.Text("title"), f.Time("time"), f.Seed("seed"), f.Raw("configuration"),
            new VersionFacts(versions.Text("evenkeel"), versions.Text("runtime")),
            new MachineFacts(
                machine.Text("operating_system"), machine.Text("architecture"), machine.Text("processor"),
                machine.Small("logical_processors"), machine.Small("threads"), machine.Small("vector_bits")));
    }
}
