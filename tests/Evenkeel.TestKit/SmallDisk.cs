using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace Evenkeel.TestKit;

/// <summary>A disk of 256 KB in memory, for which the process must be root on Linux.</summary>
public sealed class SmallDisk : IDisposable
{
    /// <summary>How much it holds.</summary>
    public const int Bytes = 256 * 1024;

    private readonly TemporaryFolder _folder = new();

    public SmallDisk()
    {
        if (Run("mount", "-t", "tmpfs", "-o", $"size={Bytes}", "tmpfs", Path)) return;
        _folder.Dispose();
        throw new IOException("a small disk cannot be mounted");
    }

    public string Path => _folder.Path;

    public static bool IsPossible()
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            new SmallDisk().Dispose();
            return true;
        }
        catch (Exception error) when (error is IOException or Win32Exception)
        {
            return false;
        }
    }

    public void Dispose()
    {
        Run("umount", Path);
        _folder.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

/// <summary>A test that needs a <see cref="SmallDisk"/>; skipped, visibly, where none can be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly bool s_isPossible = SmallDisk.IsPossible();

    public SmallDiskFactAttribute()
    {
        if (!s_isPossible) Skip = "Mounting a small disk in memory is possible only for root on Linux.";
    }
}
