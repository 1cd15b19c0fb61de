using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Xunit.Sdk;

namespace Evenkeel.TestKit;

/// <summary>The switches by which the runtime gives up vector widths. <c>EnableAVX512F</c> and <c>EnableFMA</c> are not among them: .NET 10 ignores both.</summary>
public enum WidthSwitch
{
    /// <summary>Everything the hardware has.</summary>
    None,

    /// <summary><c>DOTNET_EnableAVX512=0</c>: 256 bits and less.</summary>
    NoAvx512,

    /// <summary><c>DOTNET_EnableAVX2=0</c>: 128 bits and less.</summary>
    NoAvx2,

    /// <summary><c>DOTNET_EnableHWIntrinsic=0</c>: scalar only.</summary>
    NoIntrinsics,
}

/// <summary>How a child process ended.</summary>
public sealed record ChildResult(int ExitCode, string Output, string Error)
{
    /// <summary>Fails with the child's output unless it ended with 0.</summary>
    public ChildResult AssertSuccess() => ExitCode == 0 ? this : throw new XunitException($"The child process ended with {ExitCode}.\n{Output}\n{Error}");
}

/// <summary>Runs a piece of a test in a process of its own: under other runtime switches, or to be killed, or to crash.</summary>
/// <remarks>The entry is a static method or a lambda that captures nothing; what it needs comes as arguments. It runs with the test assembly's own dependencies.</remarks>
public static class ChildProcess
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Runs the entry to its end; an exception in it is exit code 1.</summary>
    public static ChildResult Run(Action<string[]> entry, string[]? arguments = null, IReadOnlyDictionary<string, string>? environment = null, TimeSpan? timeout = null) =>
        Finish(Start(entry, arguments, environment), timeout);

    /// <inheritdoc cref="Run(Action{string[]}, string[], IReadOnlyDictionary{string, string}, TimeSpan?)"/>
    public static ChildResult Run(Action entry, IReadOnlyDictionary<string, string>? environment = null, TimeSpan? timeout = null) =>
        Finish(Launch(entry.Method, entry.Target, [], "", environment), timeout);

    /// <summary>Runs the entry under a switch, after asserting in the child that the switch gives the widths that this machine should then have.</summary>
    public static ChildResult RunWith(WidthSwitch widths, Action entry, TimeSpan? timeout = null) =>
        Finish(Launch(entry.Method, entry.Target, [], string.Join(',', ExpectedWidths(widths)), Switches(widths)), timeout).AssertSuccess();

    /// <summary>Starts the entry and returns at once, for tests that kill it. Both outputs are redirected.</summary>
    public static Process Start(Action<string[]> entry, string[]? arguments = null, IReadOnlyDictionary<string, string>? environment = null) =>
        Launch(entry.Method, entry.Target, arguments ?? [], "", environment);

    /// <summary>The environment that sets a switch.</summary>
    public static IReadOnlyDictionary<string, string> Switches(WidthSwitch widths) => widths switch
    {
        WidthSwitch.NoAvx512 => new Dictionary<string, string> { ["DOTNET_EnableAVX512"] = "0" },
        WidthSwitch.NoAvx2 => new Dictionary<string, string> { ["DOTNET_EnableAVX2"] = "0" },
        WidthSwitch.NoIntrinsics => new Dictionary<string, string> { ["DOTNET_EnableHWIntrinsic"] = "0" },
        _ => new Dictionary<string, string>(),
    };

    /// <summary>The widths that remain of this process' own under a switch. On other processors than x64 the first two switches mean nothing.</summary>
    public static int[] ExpectedWidths(WidthSwitch widths)
    {
        bool x64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        int widest = widths switch
        {
            WidthSwitch.NoAvx512 when x64 => 256,
            WidthSwitch.NoAvx2 when x64 => 128,
            WidthSwitch.NoIntrinsics => 32,
            _ => 512,
        };
        return [.. WidthMatrix.Supported.Where(w => w <= widest)];
    }

    private static ChildResult Finish(Process process, TimeSpan? timeout)
    {
        using (process)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            if (process.WaitForExit(timeout ?? DefaultTimeout)) return new ChildResult(process.ExitCode, output.Result, error.Result);
            process.Kill(entireProcessTree: true);
            throw new XunitException($"The child process did not end within {timeout ?? DefaultTimeout}.");
        }
    }

    private static Process Launch(MethodInfo method, object? target, string[] arguments, string widths, IReadOnlyDictionary<string, string>? environment)
    {
        if (target is not null && target.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Length > 0)
            throw new ArgumentException("The entry of a child process captures variables, which do not cross into it. Pass them as arguments.", nameof(method));
        Assembly assembly = method.DeclaringType!.Assembly;
        string stem = Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name!);
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        ProcessStartInfo start = new(Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in (string[])["exec", "--runtimeconfig", stem + ".runtimeconfig.json", "--depsfile", stem + ".deps.json", Path.Combine(AppContext.BaseDirectory, "Evenkeel.TestKit.dll"),
            widths, assembly.GetName().Name!, method.DeclaringType.FullName!, method.Name, .. arguments])
            start.ArgumentList.Add(argument);
        // A debugger, profiler or coverage tool of the parent has no business in the child.
        foreach (string key in start.Environment.Keys.Where(k => k.StartsWith("CORECLR_", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(key);
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        foreach ((string key, string value) in environment ?? new Dictionary<string, string>()) start.Environment[key] = value;
        return Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
    }
}
