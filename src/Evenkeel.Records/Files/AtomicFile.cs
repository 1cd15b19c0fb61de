using System.Text;

namespace Evenkeel.Records.Files;

/// <summary>Replaces a file all or nothing: whoever reads it sees the old content or the new one, whatever breaks in between.</summary>
/// <remarks>The content goes to a temporary file in the same folder, is flushed to disk and renamed over the target; on failure the old file survives and the temporary one is removed.</remarks>
public static class AtomicFile
{
    private const string TemporarySuffix = ".tmp";
    private const int BufferSize = 64 * 1024;

    /// <summary>Writes a file atomically.</summary>
    /// <param name="path">The target; its folder must exist. A symbolic link is followed.</param>
    /// <param name="write">Writes the content. What it throws passes through after the temporary file is removed, except that I/O errors become EK0420.</param>
    /// <exception cref="RecordsException">EK0420: the disk is full, the folder is missing or read-only; the old file is untouched.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string? temporary = null;
        try
        {
            var link = new FileInfo(path);
            var target = link.LinkTarget is null ? link.FullName : link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
            var name = $"{target}.{Guid.NewGuid():N}{TemporarySuffix}";
            using (var stream = new FileStream(name, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize))
            {
                temporary = name;
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
            temporary = null;
            DirectoryFlush.TryFlush(Path.GetDirectoryName(target)!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw RecordsErrors.WriteFailed(path, error);
        }
        finally
        {
            if (temporary is not null) TryDelete(temporary);
        }
    }

    /// <summary>Writes text atomically, as UTF-8 without a byte order mark.</summary>
    /// <param name="path">The target; its folder must exist.</param>
    /// <param name="text">The content.</param>
    /// <exception cref="RecordsException">EK0420: the disk is full, the folder is missing or read-only; the old file is untouched.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Removes the temporary files that a killed process left beside a target; call it only while nobody else writes there.</summary>
    /// <param name="path">The target.</param>
    /// <returns>How many files were removed.</returns>
    public static int RemoveLeftovers(string path)
    {
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full);
        if (folder is null || !Directory.Exists(folder)) return 0;
        var removed = 0;
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            // <target>.<32 hexadecimal digits>.tmp and nothing else.
            if (!file.StartsWith(full + ".", StringComparison.Ordinal) || !file.EndsWith(TemporarySuffix, StringComparison.Ordinal)) continue;
            if (file.Length - full.Length - TemporarySuffix.Length - 1 != 32) continue;
            if (!Guid.TryParseExact(file.AsSpan(full.Length + 1, 32), "N", out _)) continue;
            if (TryDelete(file)) removed++;
        }

        return removed;
    }

    private static bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to report; a leftover costs space, not truth.
            return false;
        }
    }
}
