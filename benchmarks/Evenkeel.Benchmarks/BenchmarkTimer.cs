using System.Diagnostics;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Benchmarks;

/// <summary>Times cases as the peer's script does: enough steps for a budget of seconds, at least 5 and at most 400, each timed by itself.</summary>
public static class BenchmarkTimer
{
    private const int LeastRuns = 5;
    private const int MostRuns = 400;
    private const int WarmUpSteps = 60;
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_longestWarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Prepares a case and times its step.</summary>
    /// <param name="benchmark">The case.</param>
    /// <param name="threads">The threads that a step may use.</param>
    /// <param name="seconds">The budget of the timed steps.</param>
    public static BenchmarkResult Measure(BenchmarkCase benchmark, int threads, double seconds = 1.5)
    {
        // A prepared case holds its threads, so that the peak is measured before and after it.
        var before = Peak(threads);
        var (result, operations) = MeasureAlone(benchmark, threads, seconds);
        return operations == 0 ? result : result with
        {
            Gigaflops = operations / result.MedianMilliseconds * 1e-6,
            PeakGigaflops = (before + Peak(threads)) / 2,
        };
    }

    /// <summary>What a team gains on one thread, beside what the multiply-add peak gains in the same moments.</summary>
    /// <param name="benchmark">The case.</param>
    /// <param name="threads">The threads of the team, 2 or more.</param>
    /// <param name="seconds">The budget of each of the ten measurements.</param>
    /// <returns>Five pairs in turn, one thread and the team.</returns>
    public static ScalingResult MeasureScaling(BenchmarkCase benchmark, int threads, double seconds = 1.5)
    {
        var pairs = new ScalingPair[5];
        for (var i = 0; i < pairs.Length; i++)
        {
            var (before, beforeTeam) = (Peak(1), Peak(threads));
            var (one, team) = (MeasureAlone(benchmark, 1, seconds).Result, MeasureAlone(benchmark, threads, seconds).Result);
            pairs[i] = new(one.MedianMilliseconds / team.MedianMilliseconds, (beforeTeam + Peak(threads)) / (before + Peak(1)));
        }

        return new(benchmark.Name, threads, [.. pairs]);
    }

    private static (BenchmarkResult Result, double Operations) MeasureAlone(BenchmarkCase benchmark, int threads, double seconds)
    {
        using var run = benchmark.Prepare(threads);
        WarmUp(run);
        var once = Stopwatch.GetTimestamp();
        run.Step();
        var estimate = Stopwatch.GetElapsedTime(once).TotalSeconds;
        var runs = (int)Math.Clamp(seconds / Math.Max(estimate, 1e-6), LeastRuns, MostRuns);
        var times = new double[runs];
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < runs; i++)
        {
            var start = Stopwatch.GetTimestamp();
            run.Step();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Array.Sort(times);
        using var process = Process.GetCurrentProcess();
        return (new(benchmark.Name, threads, times[runs / 2], times[0], runs, process.PeakWorkingSet64 >> 20, (double)allocated / runs), run.Operations);
    }

    private static double Peak(int threads) => MachineLimits.MultiplyAddPeak(PackWidths.Widest, threads);

    // The runtime compiles a busy method a second time after 30 calls and a pause: steps before that are not what a user sees for long.
    private static void WarmUp(BenchmarkRun run)
    {
        var start = Stopwatch.GetTimestamp();
        for (var steps = 0; ; steps++)
        {
            var elapsed = Stopwatch.GetElapsedTime(start);
            if (steps >= 2 && (elapsed > s_longestWarmUp || (steps >= WarmUpSteps && elapsed > s_warmUp))) return;
            run.Step();
        }
    }
}
