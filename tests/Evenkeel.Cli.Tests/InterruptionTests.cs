using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Evenkeel.Cli.Tests.Support;

namespace Evenkeel.Cli.Tests;

public sealed class InterruptionTests
{
    private const int SigInt = 2;
    private const int SigTerm = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Ctrl_c_writes_a_checkpoint_and_the_resumed_run_ends_with_the_bits_of_an_uninterrupted_one()
    {
        if (OperatingSystem.IsWindows()) return;
        using var data = new SmallDataset();
        string[] settings = ["train", data.Folder, "--hidden", "32,32", "--steps", "20000", "--batch-size", "16", "--threads", "1", "--json"];
        using var process = Start([.. settings, "--out", data["run"]]);
        // The second line of progress: training is under way.
        var output = process.StandardOutput.ReadToEndAsync();
        for (var lines = 0; lines < 1;)
        {
            var line = await process.StandardError.ReadLineAsync().WaitAsync(Patience);
            Assert.NotNull(line);
            if (line.Contains("samples/s", StringComparison.Ordinal)) lines++;
        }

        var error = process.StandardError.ReadToEndAsync();
        Assert.Equal(0, Kill(process.Id, IsIgnored(SigInt) ? SigTerm : SigInt));
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(process.ExitCode == ExitCode.Interrupted, $"{process.ExitCode}\n{await output}\n{await error}");
        Assert.Contains($"evenkeel train --resume {data["run"]}", await error, StringComparison.Ordinal);
        var interrupted = JsonDocument.Parse((await output).TrimEnd().Split('\n')[^1]).RootElement;
        Assert.Equal("cancelled", interrupted.GetProperty("outcome").GetString());
        Assert.InRange(interrupted.GetProperty("steps").GetInt64(), 1, 19999);

        var resumed = await Support.Cli.SucceedAsync("train", "--resume", data["run"], "--json");
        var whole = await Support.Cli.SucceedAsync([.. settings, "--out", data["whole"]]);
        Assert.Equal(20000, resumed.Json.GetProperty("steps").GetInt64());
        Assert.Equal(whole.Json.GetProperty("weights_hash").GetString(), resumed.Json.GetProperty("weights_hash").GetString());
        Assert.Equal(whole.Json.GetProperty("test_loss").GetDouble(), resumed.Json.GetProperty("test_loss").GetDouble());
    }

    [Fact]
    public async Task A_killed_lab_run_goes_on_without_losing_finished_seeds()
    {
        using var data = new SmallDataset();
        string[] Run(string seeds) => ["lab", "run", "repeat-copy", "--budget", "smoke", "--seeds", seeds, "--threads", "1", "--out", data["lab"]];
        string[] Finished() => Directory.Exists(data["lab"]) ? Directory.GetFiles(data["lab"], "*.json", SearchOption.AllDirectories) : [];
        using var process = Start(Run("200"));
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var clock = Stopwatch.StartNew();
        while (Finished().Length < 3 && clock.Elapsed < Patience) await Task.Delay(10);
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync().WaitAsync(Patience);
        var kept = Finished().ToDictionary(static file => file, File.GetLastWriteTimeUtc);
        Assert.True(kept.Count is >= 3 and < 400, $"{kept.Count} runs\n{await output}\n{await error}");

        await Support.Cli.SucceedAsync(Run("5"));
        Assert.All(kept, static file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
        Assert.True(Finished().Length > kept.Count);
    }

    /// <summary>A shell's background jobs inherit an ignored Ctrl-C, and a program must not override that; the request to end comes as another signal there.</summary>
    private static bool IsIgnored(int signal)
    {
        if (!File.Exists("/proc/self/status")) return false;
        var line = File.ReadLines("/proc/self/status").First(static line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        return ((Convert.ToUInt64(line["SigIgn:".Length..].Trim(), 16) >> (signal - 1)) & 1) != 0;
    }

    private static Process Start(string[] args)
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        ProcessStartInfo start = new(Path.Combine(root, "dotnet")) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "evenkeel.dll"), .. args]) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
