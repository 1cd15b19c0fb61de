using System.Diagnostics;
using Evenkeel.Records.RunFolder;
using Evenkeel.Records.RunLog;
using Evenkeel.TestKit;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Checkpoints;

public sealed class ResumeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // 16 steps an epoch, so 37 lies in the third; validation every 10 steps makes best weights older than the last checkpoint.
    private static readonly TrainerOptions Options = Small.Options with
    {
        Epochs = 5,
        ValidateEvery = 10,
        EarlyStopping = new EarlyStopping { Patience = 100 },
    };

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(16)]
    [InlineData(37)]
    [InlineData(80)]
    public void A_cancelled_run_resumes_to_the_bits_of_an_uninterrupted_one(int step)
    {
        using var folder = new TemporaryFolder();
        var whole = Fit(Options, folder["whole"]);
        var cancelled = Fit(Options, folder["cut"], cancelAt: step);
        Assert.Equal(TrainOutcome.Cancelled, cancelled.Outcome);
        Assert.Equal(step, cancelled.Steps);

        // Another model object, as in a new process.
        var model = Small.Model(dropout: 0.2f);
        var resumed = new Trainer(model, Small.Loss, Options with { Threads = 1 }).Resume(folder["cut"], Small.Rings(600, 1), Small.Rings(90, 2));
        AssertSame(whole, resumed);
        Assert.Equal(whole.WeightsHash, WeightsHash.Of(model));
        Assert.Equal(Losses(folder["whole"]), Losses(folder["cut"]));
    }

    [Fact]
    public void A_run_that_is_cancelled_after_every_seventh_step_ends_with_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        var whole = Fit(Options, folder["whole"]);
        var result = Fit(Options, folder["cut"], cancelAt: 7);
        var sessions = 1;
        while (result.Outcome == TrainOutcome.Cancelled)
        {
            using var source = new CancellationTokenSource();
            var stop = result.Steps + 7;
            var options = Options.With(new DelegateCallback
            {
                Step = (in StepEvent e) =>
                {
                    if (e.Step == stop) source.Cancel();
                },
            });
            result = new Trainer(Small.Model(dropout: 0.2f), Small.Loss, options).Resume(folder["cut"], Small.Rings(600, 1), Small.Rings(90, 2), null, source.Token);
            sessions++;
        }

        Assert.Equal(12, sessions);
        AssertSame(whole, result);
    }

    [Fact]
    public void A_killed_process_resumes_to_the_bits_of_an_uninterrupted_run()
    {
        using var folder = new TemporaryFolder();
        var whole = Fit(Options, folder["whole"]);

        // The child stops for good in step 37, beyond the checkpoint of step 32, and is then killed without warning.
        using (var child = ChildProcess.Start(TrainUntilKilled, [folder["cut"], folder["ready"]]))
        {
            var watch = Stopwatch.StartNew();
            while (!File.Exists(folder["ready"]) && watch.Elapsed < Patience && !child.HasExited) Thread.Sleep(20);
            Assert.True(File.Exists(folder["ready"]), child.HasExited ? child.StandardError.ReadToEnd() : "the child did not get there");
            child.Kill();
            child.WaitForExit();
        }

        using (var last = Checkpoint.Open(RunDirectory.Open(folder["cut"]).LastCheckpointPath)) Assert.Equal(32, last.Step);
        var resumed = new Trainer(Small.Model(dropout: 0.2f), Small.Loss, Options).Resume(folder["cut"], Small.Rings(600, 1), Small.Rings(90, 2));
        AssertSame(whole, resumed);
        Assert.Equal(Losses(folder["whole"]), Losses(folder["cut"]));
    }

    [Fact]
    public void Resuming_a_finished_run_gives_its_result_and_its_weights()
    {
        using var folder = new TemporaryFolder();
        var whole = Fit(Options, folder["run"]);
        var before = File.ReadAllBytes(folder["run", "log.jsonl"]);
        var model = Small.Model(dropout: 0.2f);
        var again = new Trainer(model, Small.Loss, Options).Resume(folder["run"], Small.Rings(600, 1), Small.Rings(90, 2));
        AssertSame(whole, again);
        Assert.Equal(whole.Seconds, again.Seconds);
        Assert.Equal(whole.WeightsHash, WeightsHash.Of(model));
        Assert.Equal(before, File.ReadAllBytes(folder["run", "log.jsonl"]));
    }

    [Fact]
    public void Resuming_with_other_options_data_or_model_is_refused()
    {
        using var folder = new TemporaryFolder();
        Fit(Options, folder["run"], cancelAt: 5);
        AssertRefused("learning_rate", () => new Trainer(Small.Model(dropout: 0.2f), Small.Loss, Options with { LearningRate = 0.06f }).Resume(folder["run"], Small.Rings(600, 1), Small.Rings(90, 2)));
        AssertRefused("samples", () => new Trainer(Small.Model(dropout: 0.2f), Small.Loss, Options).Resume(folder["run"], Small.Rings(601, 1), Small.Rings(90, 2)));
        AssertRefused("model", () => new Trainer(Small.Model(dropout: 0.3f), Small.Loss, Options).Resume(folder["run"], Small.Rings(600, 1), Small.Rings(90, 2)));
    }

    [Fact]
    public void A_run_without_checkpoint_or_without_its_best_one_is_refused()
    {
        using var folder = new TemporaryFolder();
        Fit(Options, folder["run"], cancelAt: 12);
        var run = RunDirectory.Open(folder["run"]);
        File.Delete(run.BestCheckpointPath);
        Assert.Equal("EK0527", Assert.Throws<TrainingException>(() => new Trainer(Small.Model(dropout: 0.2f), Small.Loss, Options).Resume(folder["run"], Small.Rings(600, 1))).Code);
        File.Delete(run.LastCheckpointPath);
        Assert.Equal("EK0506", Assert.Throws<TrainingException>(() => new Trainer(Small.Model(dropout: 0.2f), Small.Loss, Options).Resume(folder["run"], Small.Rings(600, 1))).Code);
    }

    private static void TrainUntilKilled(string[] arguments)
    {
        var options = Options with { RunFolder = arguments[0] };
        var callback = new DelegateCallback
        {
            Step = (in StepEvent e) =>
            {
                if (e.Step != 37) return;
                File.WriteAllText(arguments[1], "");
                Thread.Sleep(Timeout.Infinite);
            },
        };
        new Trainer(Small.Model(dropout: 0.2f), Small.Loss, options.With(callback)).Fit(Small.Rings(600, 1), Small.Rings(90, 2));
    }

    private static TrainResult Fit(TrainerOptions options, string folder, int cancelAt = 0)
    {
        using var source = new CancellationTokenSource();
        var callback = new DelegateCallback
        {
            Step = (in StepEvent e) =>
            {
                if (e.Step == cancelAt) source.Cancel();
            },
        };
        return new Trainer(Small.Model(dropout: 0.2f), Small.Loss, (options with { RunFolder = folder }).With(callback)).Fit(Small.Rings(600, 1), Small.Rings(90, 2), null, source.Token);
    }

    private static List<(long, double)> Losses(string folder)
    {
        var history = RunLogReader.Read(Path.Combine(folder, "log.jsonl"));
        Assert.NotNull(history.Finished);
        return [.. history.Steps.Select(static e => (e.Step, e.Loss)), .. history.Validations.Select(static e => (e.Step, e.Loss)), .. history.Epochs.Select(static e => (e.Step, e.Loss))];
    }

    private static void AssertSame(TrainResult expected, TrainResult actual)
    {
        Assert.Equal(expected.WeightsHash, actual.WeightsHash);
        Assert.Equal(expected.TestLoss, actual.TestLoss);
        Assert.Equal(expected.TestAccuracy, actual.TestAccuracy);
        Assert.Equal(expected.TrainLoss, actual.TrainLoss);
        Assert.Equal(expected.ValidationLoss, actual.ValidationLoss);
        Assert.Equal(
            (expected.Outcome, expected.Steps, expected.Commits, expected.Epochs, expected.BestStep),
            (actual.Outcome, actual.Steps, actual.Commits, actual.Epochs, actual.BestStep));
    }

    private static void AssertRefused(string what, Action resume)
    {
        var error = Assert.Throws<TrainingException>(resume);
        Assert.Equal("EK0505", error.Code);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }
}
