using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Jaderberg2016;

/// <summary>Layers on threads of their own against layers that wait for each other, with and without a delay before every pass.</summary>
public sealed class AsynchronousSpeed : Experiment
{
    internal const int Layers = 4;
    internal const int Delay = 5;

    // What the layers compute and what the system adds to a delay.
    internal const double MostOfSum = 1.5;
    internal const double MostOfLargest = 2;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C75", Topics.Decoupled, "Synchrony limits the speed of training")
    {
        Name = "jaderberg2016/asynchronous",
        Source = "S0; Jaderberg et al. 2016, section 1",
        Phrase = "동기성이 신경망의 학습 속도에 영향",
        Question = "With a delay per layer, is a pipeline of layers on threads of their own faster than layers that wait for each other?",
        Criterion = "Four layers that rest 5 ms before each pass: a batch takes the locked network 1 to 1.5 times the sum of all delays (40 ms), the pipeline 1 to 2 times those of one layer (10 ms), and after as many seconds the pipeline's test loss is lower. Without delays the pipeline's test loss after as many seconds is lower too.",
        Cost = new(new(25, 1), new(120, 5), new(600, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (seeds, seconds) = (context.Seeds(Claim), context.Budget switch { Budget.Smoke => 0.2, Budget.Quick => 4, Budget.Standard => 5, _ => 25.0 });
        // Times want the machine for themselves: one trial after another.
        RunResult Measure(bool asynchronous, int delay, int seed) => context.Run("times", [new PipelineTrial { Layers = Layers, IsAsynchronous = asynchronous, Delay = delay, Seconds = seconds, Seed = (ulong)seed }])[0];
        RunResult[] Runs(bool asynchronous, int delay) => [.. Enumerable.Range(1, seeds).Select(seed => Measure(asynchronous, delay, seed))];
        var (lockedLate, pipelineLate, lockedPlain, pipelinePlain) = (Runs(false, Delay), Runs(true, Delay), Runs(false, 0), Runs(true, 0));
        var findings = Judged(Milliseconds(lockedLate), Milliseconds(pipelineLate), Gap(pipelineLate, lockedLate), Gap(pipelinePlain, lockedPlain));
        return Outcome.Of(context, Claim, findings, "Where layers are far apart or slow to reach, waiting is what training costs: a locked network waits for every layer twice per batch, a pipeline only for its slowest one. On one machine without such delays there is nothing to win: the modules are work of their own, and predicted gradients teach less per batch than true ones.") with
        {
            Evidence =
            [
                new PageSection("Loss over time").Figure(new ChartGrid("Training loss", [Panel(Text($"{Delay} ms before each pass"), lockedLate, pipelineLate), Panel("no delay", lockedPlain, pipelinePlain)]) { SharedLegend = true, Width = 900 },
                    Text($"First seed; every point is a tenth of the run's batches. All runs train for {seconds} s. What a pipeline computes depends on the machine's load, so other runs give other numbers.")),
                new PageSection("Times and losses").Table(new PageTable(
                    [new("network"), new("delay"), new("batches per second", true), new("ms per batch", true), new("test loss", true), new("test error", true), new("gradients dropped", true)],
                    [Row("locked", Delay, lockedLate), Row("pipeline", Delay, pipelineLate), Row("locked", 0, lockedPlain), Row("pipeline", 0, pipelinePlain)])
                { Caption = Text($"784-256-256-256-10 on MNIST, 100 samples per batch, Adam at 0.001, linear modules that see the label; mean over {seeds} seeds, times per batch their median") }),
            ],
        };
    }

    /// <summary>Judges times in milliseconds per batch, and test losses of the pipeline less those of the locked network.</summary>
    internal static Finding[] Judged(double locked, double pipeline, Sample late, Sample plain)
    {
        const double sum = 2 * Layers * Delay;
        const double largest = 2 * Delay;
        return
        [
            new("locked: time per batch over the sum of all delays", "1 to 1.5", Judge.Number(locked / sum), "sum", locked / sum is >= 1 and <= MostOfSum),
            new("pipeline: time per batch over the delays of one layer", "1 to 2", Judge.Number(pipeline / largest), "largest", pipeline / largest is >= 1 and <= MostOfLargest),
            new("with delays: test loss of the pipeline less that of the locked network", "below 0", Judge.WithSpread(late), "faster", late.Mean < 0),
            new("without delays: the same", "below 0", Judge.WithSpread(plain), "", plain.Mean < 0),
        ];
    }

    /// <summary>The median over the seeds: a machine that stands still during one run is no delay of the network.</summary>
    private static double Milliseconds(RunResult[] runs) => Percentiles.Median([.. runs.Select(static run => 1000 * run["seconds"][0] / run["batches"][0])]);

    private static Sample Gap(RunResult[] pipeline, RunResult[] locked) => Sample.OfDifferences(pipeline.Select(static run => run["loss"][0]), locked.Select(static run => run["loss"][0]));

    private static Chart Panel(string title, RunResult[] locked, RunResult[] pipeline) => new(title, new ChartAxis("seconds") { Minimum = 0 }, new ChartAxis("loss") { Scale = AxisScale.Logarithmic }, [Line("locked", locked[0]), Line("pipeline", pipeline[0])]);

    private static LineSeries Line(string name, RunResult run)
    {
        var losses = run["train_loss"];
        return new LineSeries(name, [.. losses.Select((_, i) => run["seconds"][0] * (i + 0.5) / losses.Length)], losses) { Markers = true };
    }

    private static IReadOnlyList<string> Row(string name, int delay, RunResult[] runs) =>
    [
        name, Text($"{delay} ms"), Text($"{runs.Average(static run => run["batches"][0] / run["seconds"][0]):0}"), Text($"{Milliseconds(runs):0.0}"), Text($"{runs.Average(static run => run["loss"][0]):0.0000}"),
        DecoupledRuns.Percent(runs.Average(static run => run["error"][0])), Text($"{runs.Average(static run => run["dropped"][0]):0}"),
    ];

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
