using System.ComponentModel;
using System.Diagnostics;

namespace Evenkeel.Training.Search.Tuning;

/// <summary>The process that works on a trial.</summary>
/// <param name="Machine">Its machine.</param>
/// <param name="Process">Its number there.</param>
/// <param name="Started">When it began, in seconds: numbers of processes come again.</param>
internal sealed record TrialWorker(string Machine, int Process, long Started)
{
    // A system tells when a process began by the clock of whoever asks: two that ask get times some milliseconds apart, and seconds where the clock was set.
    private const long ClocksDiffer = 10;

    public static TrialWorker Nobody { get; } = new("", 0, 0);

    public static TrialWorker Here { get; } = new(Environment.MachineName, Environment.ProcessId, StartOf(System.Diagnostics.Process.GetCurrentProcess()));

    /// <summary>Whether it is known to have ended. Of other machines nothing is known.</summary>
    public bool HasEnded()
    {
        if (Machine != Environment.MachineName) return false;
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(Process);
            return process.HasExited || Math.Abs(StartOf(process) - Started) > ClocksDiffer;
        }
        catch (ArgumentException)
        {
            return true;
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }

    private static long StartOf(Process process) => process.StartTime.ToUniversalTime().Ticks / TimeSpan.TicksPerSecond;
}
