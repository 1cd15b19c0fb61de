using System.Collections.Concurrent;
using Evenkeel.Lab.Experiments;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Tests.Support;
using Evenkeel.TestKit;

namespace Evenkeel.Lab.Tests.Runs;

public sealed class RunQueueTests
{
    private static readonly ConcurrentDictionary<string, int> Runs = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Results_come_in_the_order_of_their_trials(int threads)
    {
        var results = Small.Smoke(threads).Run("squares", [.. Enumerable.Range(1, 9).Select(static i => new Square(i, "order"))]);
        Assert.Equal(Enumerable.Range(1, 9).Select(static i => (double)i * i), results.Select(static result => result.Last("square")));
    }

    [Fact]
    public void A_run_is_never_made_twice()
    {
        var context = Small.Smoke(threads: 2);
        context.Run("squares", [new Square(1, "once"), new Square(2, "once"), new Square(1, "once")]);
        context.Run("squares", [new Square(2, "once"), new Square(3, "once")]);
        Assert.All((int[])[1, 2, 3], static i => Assert.Equal(1, Runs[$"once {i}"]));
    }

    [Fact]
    public void What_was_finished_before_a_failure_is_kept_and_the_rest_goes_on()
    {
        using var folder = new TemporaryFolder();
        Trial[] trials = [new Square(1, "kept"), new Square(2, "kept"), new Square(-3, "kept"), new Square(4, "kept")];
        Assert.Throws<InvalidOperationException>(() => Small.Smoke(1, new RunStore(folder.Path)).Run("squares", trials));
        trials[2] = new Square(3, "kept");
        var results = Small.Smoke(1, new RunStore(folder.Path)).Run("squares", trials);
        Assert.Equal([1.0, 4.0, 9.0, 16.0], results.Select(static result => result.Last("square")));
        Assert.All((int[])[1, 2, 3, 4], static i => Assert.Equal(1, Runs[$"kept {i}"]));
    }

    [Fact]
    public void A_cancelled_queue_ends()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => Small.Smoke(2, cancellation: source.Token).Run("squares", [new Square(1, "cancelled")]));
    }

    [Fact]
    public void Progress_begins_at_once_and_counts_finished_runs()
    {
        var store = new RunStore();
        Small.Smoke(1, store).Run("squares", [new Square(5, "progress")]);
        var seen = new ConcurrentQueue<ExperimentProgress>();
        Small.Smoke(1, store, progress: new Direct(seen)).Run("more", [new Square(5, "progress"), new Square(6, "progress")]);
        Assert.Equal(new ExperimentProgress("more", 0, 11), seen.First());
        Assert.Equal(new ExperimentProgress("more", 5, 11), seen.ElementAt(1));
        Assert.Equal(new ExperimentProgress("more", 11, 11), seen.Last());
    }

    [Fact]
    public void The_same_name_with_other_data_is_another_run()
    {
        var store = new RunStore();
        var trial = new Square(7, "data") { Name = "digits" };
        new ExperimentContext(static _ => Small.Digits, store: store).Run("a", [trial]);
        new ExperimentContext(static _ => Small.Digits with { Test = Small.Digits.Training }, store: store).Run("b", [trial]);
        Assert.Equal(2, Runs["data 7"]);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, -1)]
    public void A_context_without_a_seed_or_with_fewer_than_no_threads_is_refused(int seeds, int threads) =>
        Assert.Equal("EK0702", Assert.Throws<LabException>(() => Small.Smoke(threads, seeds: seeds)).Code);

    private sealed record Square(int Number, string Test) : Trial
    {
        public string Name { get; init; } = "";

        public override string Dataset => Name;

        public override long Work => Math.Abs(Number);

        public override RunKey Key => new RunKey("square", 1).Add("number", Number).Add("test", Test);

        public override IReadOnlyDictionary<string, double[]> Run(TrialContext context)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (Number < 0) throw new InvalidOperationException("negative");
            Runs.AddOrUpdate($"{Test} {Number}", 1, static (_, count) => count + 1);
            context.Advance(Number);
            return new Dictionary<string, double[]> { ["square"] = [Number * Number] };
        }
    }

    private sealed class Direct(ConcurrentQueue<ExperimentProgress> seen) : IProgress<ExperimentProgress>
    {
        public void Report(ExperimentProgress value) => seen.Enqueue(value);
    }
}
