using System.Runtime.InteropServices;

namespace Evenkeel.Records.Files;

/// <summary>Flushes a directory to disk, so that a rename survives a power cut; a rename is atomic without it, but may be forgotten.</summary>
/// <remarks>.NET opens no directories, hence three calls of the C library on Unix. Windows journals renames itself. Best effort: failures are ignored.</remarks>
internal static partial class DirectoryFlush
{
    public static void TryFlush(string directory)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS() && !OperatingSystem.IsFreeBSD()) return;
        try
        {
            const int readOnly = 0;
            var descriptor = Open(directory, readOnly);
            if (descriptor < 0) return;
            _ = Flush(descriptor);
            _ = Close(descriptor);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            // No C library under this name: the rename alone must do.
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
