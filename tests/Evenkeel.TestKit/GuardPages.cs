using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Evenkeel.TestKit;

/// <summary>Memory between two pages that nobody may touch. The system calls of the test kit live here.</summary>
internal static unsafe partial class GuardPages
{
    /// <summary>The size of a page.</summary>
    public static readonly int PageSize = Environment.SystemPageSize;

    /// <summary>Whether this system lets us protect pages.</summary>
    public static bool Available => OperatingSystem.IsLinux() || OperatingSystem.IsMacOS() || OperatingSystem.IsWindows();

    /// <summary>Maps a guard page, <paramref name="dataBytes"/> (whole pages), and a guard page. Returns the start of the data.</summary>
    public static byte* Map(nuint dataBytes)
    {
        nuint page = (nuint)PageSize, total = dataBytes + 2 * page;
        byte* start;
        if (OperatingSystem.IsWindows())
        {
            start = (byte*)VirtualAlloc(null, total, 0x3000 /* commit and reserve */, 0x04 /* read and write */);
            if (start == null) throw Failure("VirtualAlloc");
            if (!VirtualProtect(start, page, 0x01 /* no access */, out _) || !VirtualProtect(start + page + dataBytes, page, 0x01, out _)) throw Failure("VirtualProtect");
        }
        else
        {
            int anonymous = OperatingSystem.IsMacOS() ? 0x1000 : 0x20;
            start = (byte*)MemoryMap(null, total, 3 /* read and write */, 2 /* private */ | anonymous, -1, 0);
            if ((nint)start == -1) throw Failure("mmap");
            if (MemoryProtect(start, page, 0) != 0 || MemoryProtect(start + page + dataBytes, page, 0) != 0) throw Failure("mprotect");
        }
        return start + page;
    }

    /// <summary>Returns what <see cref="Map"/> gave.</summary>
    public static void Unmap(byte* data, nuint dataBytes)
    {
        byte* start = data - PageSize;
        if (OperatingSystem.IsWindows()) VirtualFree(start, 0, 0x8000 /* release */);
        else MemoryUnmap(start, dataBytes + 2 * (nuint)PageSize);
    }

    private static Win32Exception Failure(string call) => new(Marshal.GetLastPInvokeError(), $"{call} failed: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* MemoryMap(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int MemoryProtect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int MemoryUnmap(void* address, nuint length);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial void* VirtualAlloc(void* address, nuint size, uint type, uint protection);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool VirtualProtect(void* address, nuint size, uint protection, out uint old);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool VirtualFree(void* address, nuint size, uint type);
}
