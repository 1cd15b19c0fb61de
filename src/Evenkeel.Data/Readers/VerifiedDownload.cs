using System.Security.Cryptography;

namespace Evenkeel.Data.Readers;

/// <summary>A file to fetch, known beforehand by length and SHA-256.</summary>
/// <param name="Name">Its name on the server and on disk.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record PinnedFile(string Name, long Length, string Sha256);

/// <summary>How far a download has come.</summary>
/// <param name="File">The file that is being fetched.</param>
/// <param name="BytesReceived">Of all files together.</param>
/// <param name="BytesTotal">Of all files together.</param>
public readonly record struct DownloadProgress(string File, long BytesReceived, long BytesTotal);

/// <summary>Fetches pinned files from mirrors into a folder; a file appears there whole and verified, or not at all.</summary>
internal static class VerifiedDownload
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    public static async Task FetchAsync(string dataset, IReadOnlyList<PinnedFile> files, IReadOnlyList<Uri> mirrors, string folder, TimeSpan silence, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotWrite(folder, error);
        }

        using var handler = new SocketsHttpHandler { ConnectTimeout = ConnectTimeout };
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        long done = 0, total = files.Sum(f => f.Length);
        foreach (var file in files)
        {
            await FetchAsync(client, dataset, file, files, mirrors, folder, silence, received => progress?.Report(new DownloadProgress(file.Name, done + received, total)), cancellation).ConfigureAwait(false);
            done += file.Length;
        }
    }

    private static async Task FetchAsync(HttpClient client, string dataset, PinnedFile file, IReadOnlyList<PinnedFile> all, IReadOnlyList<Uri> mirrors, string folder, TimeSpan silence, Action<long> report, CancellationToken cancellation)
    {
        var destination = Path.Combine(folder, file.Name);
        if (await HasAsync(destination, file, cancellation).ConfigureAwait(false)) return;
        var attempts = new List<string>();
        Exception? last = null;
        var corrupted = false;
        foreach (var mirror in mirrors)
        {
            var address = new Uri(mirror, file.Name);
            try
            {
                var came = await FetchAsync(client, address, destination, file, silence, report, cancellation).ConfigureAwait(false);
                if (came is null) return;
                corrupted = true;
                attempts.Add($"{address} gave {came}.");
            }
            catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                last = error;
                attempts.Add(error is OperationCanceledException ? FileErrors.Text($"{address} was silent for {silence.TotalSeconds} s.") : $"{address}: {error.Message.TrimEnd('.')}.");
            }
        }

        var text = string.Join(" ", attempts);
        throw corrupted ? FileErrors.Checksum(dataset, folder, text) : FileErrors.Offline(dataset, folder, string.Join(", ", all.Select(f => f.Name)), text, last);
    }

    /// <summary>Null when the file is in place; otherwise what came instead.</summary>
    private static async Task<string?> FetchAsync(HttpClient client, Uri address, string destination, PinnedFile file, TimeSpan silence, Action<long> report, CancellationToken cancellation)
    {
        var temporary = $"{destination}.{Guid.NewGuid():N}.part";
        try
        {
            using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            watch.CancelAfter(silence);
            using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, watch.Token).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long received = 0;
            var source = await response.Content.ReadAsStreamAsync(watch.Token).ConfigureAwait(false);
            await using (source.ConfigureAwait(false))
            {
                using var target = Create(temporary);
                var buffer = new byte[1 << 16];
                while (true)
                {
                    watch.CancelAfter(silence);
                    var read = await source.ReadAsync(buffer, watch.Token).ConfigureAwait(false);
                    if (read == 0) break;
                    received += read;
                    if (received > file.Length) return FileErrors.Text($"more than the {file.Length} bytes expected");
                    sha.AppendData(buffer, 0, read);
                    Write(target, buffer.AsSpan(0, read), temporary);
                    report(received);
                }

                if (received != file.Length) return FileErrors.Text($"{received} bytes instead of {file.Length}");
                var came = Convert.ToHexStringLower(sha.GetHashAndReset());
                if (came != file.Sha256) return $"a file with SHA-256 {came} instead of {file.Sha256}";
                Write(target, [], temporary, flush: true);
            }

            Move(temporary, destination);
            return null;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static async Task<bool> HasAsync(string path, PinnedFile file, CancellationToken cancellation)
    {
        if (!File.Exists(path)) return false;
        try
        {
            using var stream = File.OpenRead(path);
            return stream.Length == file.Length && Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation).ConfigureAwait(false)) == file.Sha256;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unreadable(path, error);
        }
    }

    // Disk errors are told apart from those of the connection, which are IOExceptions too.
    private static FileStream Create(string path) => OnDisk(path, () => new FileStream(path, FileMode.CreateNew, FileAccess.Write));

    private static void Move(string from, string to) => OnDisk(to, () =>
    {
        File.Move(from, to, overwrite: true);
        return 0;
    });

    private static T OnDisk<T>(string path, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotWrite(path, error);
        }
    }

    private static void Write(FileStream target, ReadOnlySpan<byte> bytes, string path, bool flush = false)
    {
        try
        {
            target.Write(bytes);
            if (flush) target.Flush(flushToDisk: true);
        }
        catch (IOException error)
        {
            throw FileErrors.CannotWrite(path, error);
        }
    }
}
