using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Evenkeel.Data.Readers;

/// <summary>Takes pinned files out of a gzipped tar archive; a file appears in the folder whole and verified, or not at all, and the archive is removed at the end.</summary>
internal static class VerifiedArchive
{
    /// <param name="archive">The archive.</param>
    /// <param name="files">What to take, by file name; the folders inside the archive do not matter.</param>
    /// <param name="folder">Where the files go.</param>
    /// <param name="cancellation">Ends the unpacking; files that are done stay.</param>
    /// <exception cref="DataFileException">EK0338: the archive is damaged, lacks a file or has another content of it. EK0334: the folder cannot be written.</exception>
    public static async Task UnpackAsync(string archive, IReadOnlyList<PinnedFile> files, string folder, CancellationToken cancellation)
    {
        var missing = files.ToDictionary(static file => file.Name, StringComparer.Ordinal);
        try
        {
            using var packed = File.OpenRead(archive);
            using var unzipped = new GZipStream(packed, CompressionMode.Decompress);
            using var reader = new TarReader(unzipped);
            while (missing.Count > 0 && await reader.GetNextEntryAsync(cancellationToken: cancellation).ConfigureAwait(false) is { } entry)
            {
                if (entry.DataStream is null || !missing.Remove(Path.GetFileName(entry.Name), out var file)) continue;
                await TakeAsync(archive, entry.DataStream, file, Path.Combine(folder, file.Name), cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw FileErrors.BadArchive(archive, error.Message.TrimEnd('.'), error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotWrite(folder, error);
        }

        if (missing.Count > 0) throw FileErrors.BadArchive(archive, $"it has no {string.Join(", ", missing.Keys.Order(StringComparer.Ordinal))}", null);
        File.Delete(archive);
    }

    private static async Task TakeAsync(string archive, Stream content, PinnedFile file, string destination, CancellationToken cancellation)
    {
        // The announced length is not trusted: what is longer than it should be is not written.
        if (content.Length != file.Length) throw FileErrors.BadArchive(archive, FileErrors.Text($"its {file.Name} has {content.Length} bytes instead of {file.Length}"), null);
        var temporary = $"{destination}.{Guid.NewGuid():N}.part";
        try
        {
            using (var target = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                await content.CopyToAsync(target, cancellation).ConfigureAwait(false);
                target.Position = 0;
                var came = Convert.ToHexStringLower(await SHA256.HashDataAsync(target, cancellation).ConfigureAwait(false));
                if (came != file.Sha256) throw FileErrors.BadArchive(archive, $"its {file.Name} has SHA-256 {came} instead of {file.Sha256}", null);
                target.Flush(flushToDisk: true);
            }

            File.Move(temporary, destination, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
