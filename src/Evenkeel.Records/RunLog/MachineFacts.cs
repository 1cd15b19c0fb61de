using System.Reflection;
using System.Runtime.InteropServices;

namespace Evenkeel.Records.RunLog;

/// <summary>The software that a run used.</summary>
/// <param name="Evenkeel">The version of Evenkeel.</param>
/// <param name="Runtime">The .NET runtime.</param>
public readonly record struct VersionFacts(string Evenkeel, string Runtime)
{
    /// <summary>The versions of this process.</summary>
    public static VersionFacts Collect()
    {
        var version = typeof(VersionFacts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return new(version ?? "unknown", RuntimeInformation.FrameworkDescription);
    }
}

/// <summary>The machine that a run used; nothing in it names a person or a host.</summary>
/// <param name="OperatingSystem">The operating system.</param>
/// <param name="Architecture">The processor architecture of the process, <c>X64</c> for instance.</param>
/// <param name="Processor">The processor's name, or the empty string.</param>
/// <param name="LogicalProcessors">The logical processors that the process may use.</param>
/// <param name="Threads">The threads that the run computes with.</param>
/// <param name="VectorBits">The vector width that the run computes with, in bits.</param>
public readonly record struct MachineFacts(string OperatingSystem, string Architecture, string Processor, int LogicalProcessors, int Threads, int VectorBits)
{
    /// <summary>The facts of this machine.</summary>
    /// <param name="threads">The threads that the run computes with.</param>
    /// <param name="vectorBits">The vector width that the run computes with, in bits.</param>
    public static MachineFacts Collect(int threads, int vectorBits) => new(
        RuntimeInformation.OSDescription, RuntimeInformation.ProcessArchitecture.ToString(), ProcessorName(), Environment.ProcessorCount, threads, vectorBits);

    private static string ProcessorName()
    {
        try
        {
            if (System.OperatingSystem.IsWindows()) return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "";
            if (!System.OperatingSystem.IsLinux()) return "";
            var line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal));
            return line is null ? "" : line[(line.IndexOf(':') + 1)..].Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
