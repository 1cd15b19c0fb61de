using System.ComponentModel;
using System.Diagnostics;

namespace Evenkeel.Training.Search.Tuning;

/// <summary>The process that works on a trial.</summary>
/// <param name="Machine">Its machine.</param>
/// <param name="Process">Its number there.</param>
/// <param name="Started">When it began, in ticks: numbers of processes come again.</param>
internal sealed record TrialWorker(string Machine, int Process, long Started)
{
    public static TrialWorker Nobody { get; } = new("", 0, 0);

    public static TrialWorker Here { get; } = new(Environment.MachineName, Environment.ProcessId, StartOf(System.Diagnostics.Process.GetCurrentProcess()));

    /// <summary>Whether it is known to have ended. Of other machines nothing is known.</summary>
    public bool HasEnded()
    {
        if (Machine != Environment.MachineName) return false;
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(Process);
            return process.HasExited || StartOf(process) != Started;
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
