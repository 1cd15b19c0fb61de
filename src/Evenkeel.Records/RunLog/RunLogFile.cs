namespace Evenkeel.Records.RunLog;

/// <summary>Makes an old log ready to be continued: take off what a killed process cut, or what a checkpoint does not know of.</summary>
public static class RunLogFile
{
    /// <summary>Removes a last line that does not end with a line feed.</summary>
    /// <param name="path">The log.</param>
    /// <returns>How many bytes were removed.</returns>
    /// <exception cref="RecordsException">EK0401, EK0433: it is missing or cannot be written.</exception>
    public static long RemoveCutLine(string path)
    {
        long keep = 0;
        using (var stream = RunLogReader.OpenForReading(path))
        {
            var lines = new JsonLines(stream, path);
            while (lines.MoveNext())
            {
                if (lines.IsWhole) keep = lines.NextOffset;
            }
        }

        return SetLength(path, keep);
    }

    /// <summary>Truncates a log to what a checkpoint knows: all events up to the checkpoint's own, or, if that is missing, up to the checkpoint's step.</summary>
    /// <param name="path">The log.</param>
    /// <param name="step">The checkpoint's step.</param>
    /// <returns>How many bytes were removed.</returns>
    /// <remarks>The alternative keeps everything: <see cref="RunLogWriter.Append"/> and a <see cref="ResumedEvent"/>; readers then drop what was taken back.</remarks>
    /// <exception cref="RecordsException">EK0401, EK0433: it is missing or cannot be written; EK0430, EK0431: a damaged line.</exception>
    public static long TruncateToCheckpoint(string path, long step)
    {
        long keep = 0;
        using (var stream = RunLogReader.OpenForReading(path))
        {
            var lines = new JsonLines(stream, path);
            var (past, exact) = (false, false);
            while (lines.MoveNext())
            {
                using var document = lines.IsWhole ? RunLogReader.Parse(lines, path) : null;
                if (document is null) break;
                var fields = new RunLogFields(path, lines.Number, document.RootElement);
                var kind = fields.Kind;
                if (kind == "run_started")
                {
                    keep = lines.NextOffset;
                    continue;
                }

                var at = document.RootElement.TryGetProperty("step", out _) ? fields.Integer("step") : 0;
                if (kind == "resumed")
                {
                    // The run went back to a step before the one sought: what follows supersedes what stood here.
                    if (at > step) continue;
                    (past, exact) = (false, false);
                }

                if (past) continue;
                if (at > step)
                {
                    past = true;
                }
                else if (kind == "checkpoint" && at == step)
                {
                    exact = true;
                    keep = lines.NextOffset;
                }
                else if (!exact && kind != "run_finished")
                {
                    keep = lines.NextOffset;
                }
            }
        }

        return SetLength(path, keep);
    }

    private static long SetLength(string path, long length)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0);
            var removed = stream.Length - length;
            if (removed == 0) return 0;
            stream.SetLength(length);
            stream.Flush(flushToDisk: true);
            return removed;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw RecordsErrors.LogWrite(path, error);
        }
    }
}
