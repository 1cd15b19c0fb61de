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
        var scaling = Options.Flag("--scaling", "Time each case on one thread and on all in turn, beside the machine's multiply-add peak.");
        var list = Options.Flag("--list", "Print the names of all cases and run none.");
        var (threads, json) = (Shared.Threads(), new Option<bool>("--json") { Description = "Print one JSON object per case.", Arity = ArgumentArity.Zero });
        var command = new Verb("bench", "Time training steps, layers and kernels.",
            "bench --list", "bench --case train/mlp --threads 2", "bench --case op/gemm-512 --json")
        { name, threads, seconds, scaling, list, json };
        command.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(list))
            {
                foreach (var benchmark in BenchmarkTable.All) terminal.Output.WriteLine(benchmark.Name);
                return Task.FromResult(ExitCode.Success);
            }

            // Nothing is lost by an interruption, so Ctrl-C ends the process at once.
            var team = parsed.GetValue(threads) ?? Environment.ProcessorCount;
            if (parsed.GetValue(scaling) && team < 2) throw CliErrors.Contradiction("evenkeel bench", "--scaling", "--threads 1", "It compares one thread with several: give --threads 2 or more.");
            foreach (var benchmark in Chosen(parsed.GetValue(name) ?? ""))
            {
                cancellation.ThrowIfCancellationRequested();
                var budget = parsed.GetValue(seconds) ?? 1.5;
                if (parsed.GetValue(scaling)) Show(terminal, parsed.GetValue(json), BenchmarkTimer.MeasureScaling(benchmark, team, budget));
                else Show(terminal, parsed.GetValue(json), BenchmarkTimer.Measure(benchmark, team, budget));
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

    private static void Show(Terminal terminal, bool asJson, BenchmarkResult result)
    {
        if (asJson)
        {
            JsonLine.Write(terminal.Output, json =>
            {
                json.WriteString("case", result.Case);
                json.WriteNumber("threads", result.Threads);
                json.WriteNumber("median_ms", Math.Round(result.MedianMilliseconds, 6));
                json.WriteNumber("min_ms", Math.Round(result.MinimumMilliseconds, 6));
                json.WriteNumber("runs", result.Runs);
                json.WriteNumber("rss_mb", result.ResidentMegabytes);
                json.WriteNumber("allocated_bytes_per_step", Math.Round(result.AllocatedBytesPerStep, 3));
                if (result is not { Gigaflops: { } rate, PeakGigaflops: { } peak }) return;
                json.WriteNumber("gflops", Math.Round(rate, 2));
                json.WriteNumber("peak_gflops", Math.Round(peak, 2));
            });
            return;
        }

        var share = result is { Gigaflops: { } speed, PeakGigaflops: { } limit } ? Words.Invariant($"  {speed,6:F1} GF/s, {speed / limit:P0} of {limit:F0}") : "";
        terminal.Output.WriteLine(Words.Invariant($"{result.Case,-36} {result.Threads} threads  median {result.MedianMilliseconds,9:F4} ms  min {result.MinimumMilliseconds,9:F4} ms  {result.Runs,4} runs  {result.ResidentMegabytes,5} MB  {result.AllocatedBytesPerStep:F0} bytes/step{share}"));
    }

    private static void Show(Terminal terminal, bool asJson, ScalingResult result)
    {
        if (asJson)
        {
            JsonLine.Write(terminal.Output, json =>
            {
                json.WriteString("case", result.Case);
                json.WriteNumber("threads", result.Threads);
                json.WriteNumber("share", Math.Round(result.MedianShare, 4));
                json.WriteStartArray("pairs");
                foreach (var pair in result.Pairs)
                {
                    json.WriteStartObject();
                    json.WriteNumber("speed_up", Math.Round(pair.SpeedUp, 4));
                    json.WriteNumber("peak_speed_up", Math.Round(pair.PeakSpeedUp, 4));
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return;
        }

        var pairs = string.Join("  ", result.Pairs.Select(static pair => Words.Invariant($"{pair.SpeedUp:F2} of {pair.PeakSpeedUp:F2}")));
        terminal.Output.WriteLine(Words.Invariant($"{result.Case,-36} 1 to {result.Threads} threads  speed-up of the peak's: {pairs}  median share {result.MedianShare:F3}"));
    }
}
