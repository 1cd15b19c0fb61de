using System.CommandLine;
using Evenkeel.Benchmarks;
using Evenkeel.Cli.Output;
using Evenkeel.Cli.Parsing;

namespace Evenkeel.Cli.Commands;

/// <summary><c>evenkeel bench</c>: times cases that have the same names and sizes as the peer's.</summary>
internal static class BenchCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = Options.Text("--case", "Only cases with this in their name.", "TEXT");
        var seconds = Options.Number("--seconds", "Seconds of timed runs per case; default 1.5.", 0, isOpen: true);
        var list = Options.Flag("--list", "Print the names of all cases and run none.");
        var (threads, json) = (Shared.Threads(), new Option<bool>("--json") { Description = "Print one JSON object per case.", Arity = ArgumentArity.Zero });
        var command = new Command("bench", "Time training steps, layers and kernels.") { name, threads, seconds, list, json };
        command.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(list))
            {
                foreach (var benchmark in BenchmarkTable.All) terminal.Output.WriteLine(benchmark.Name);
                return Task.FromResult(ExitCode.Success);
            }

            // Nothing is lost by an interruption, so Ctrl-C ends the process at once.
            var team = parsed.GetValue(threads) ?? Environment.ProcessorCount;
            foreach (var benchmark in Chosen(parsed.GetValue(name) ?? ""))
            {
                cancellation.ThrowIfCancellationRequested();
                var result = BenchmarkTimer.Measure(benchmark, team, parsed.GetValue(seconds) ?? 1.5);
                if (parsed.GetValue(json)) JsonLine.Write(terminal.Output, writer => Write(writer, result));
                else terminal.Output.WriteLine(Words.Invariant($"{result.Case,-36} {result.Threads} threads  median {result.MedianMilliseconds,9:F4} ms  min {result.MinimumMilliseconds,9:F4} ms  {result.Runs,4} runs  {result.ResidentMegabytes,5} MB  {result.AllocatedBytesPerStep:F0} bytes/step"));
                terminal.Output.Flush();
            }

            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static IEnumerable<BenchmarkCase> Chosen(string text)
    {
        var all = BenchmarkTable.All;
        var chosen = all.Where(benchmark => benchmark.Name.Contains(text, StringComparison.Ordinal)).ToArray();
        return chosen.Length > 0 ? chosen : throw CliErrors.NoCase(text, all.Select(static benchmark => benchmark.Name));
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, BenchmarkResult result)
    {
        json.WriteString("case", result.Case);
        json.WriteNumber("threads", result.Threads);
        json.WriteNumber("median_ms", Math.Round(result.MedianMilliseconds, 6));
        json.WriteNumber("min_ms", Math.Round(result.MinimumMilliseconds, 6));
        json.WriteNumber("runs", result.Runs);
        json.WriteNumber("rss_mb", result.ResidentMegabytes);
        json.WriteNumber("allocated_bytes_per_step", Math.Round(result.AllocatedBytesPerStep, 3));
    }
}
