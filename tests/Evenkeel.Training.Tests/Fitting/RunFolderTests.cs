using System.Text.Json;
using Evenkeel.Records.RunFolder;
using Evenkeel.Records.RunLog;
using Evenkeel.TestKit;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Metrics;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Fitting;

public sealed class RunFolderTests
{
    [Fact]
    public void A_run_folder_holds_configuration_log_checkpoints_and_result()
    {
        using var folder = new TemporaryFolder();
        var model = Small.Model();
        var result = new Trainer(model, Small.Loss, Small.Options with { RunFolder = folder["run"], Title = "rings", CallerJson = "{\"dataset\":\"rings\"}", LogEvery = 5 }).Fit(Small.Rings(600, 1), Small.Rings(90, 2));
        var run = RunDirectory.Open(folder["run"]);
        Assert.Equal(run.Path, result.RunFolder);
        using var configuration = JsonDocument.Parse(run.ReadConfiguration());
        Assert.Equal("rings", configuration.RootElement.GetProperty("caller").GetProperty("dataset").GetString());
        Assert.Equal(64, configuration.RootElement.GetProperty("trainer").GetProperty("steps").GetInt32());
        Assert.Equal(1, configuration.RootElement.GetProperty("model").GetProperty("version").GetInt32());
        Assert.Equal(result.ToJson(), run.ReadResult()!.TrimEnd());

        var history = RunLogReader.Read(run.LogPath);
        Assert.Equal("rings", history.Started!.Value.Title);
        Assert.Equal([1, .. Enumerable.Range(1, 12).Select(static i => 5 * i)], history.Steps.Select(static e => (int)e.Step));
        Assert.Equal([16, 32, 48, 64], history.Epochs.Select(static e => (int)e.Step));
        Assert.Equal([16, 32, 48, 64], history.Validations.Select(static e => (int)e.Step));
        Assert.Equal(result.WeightsHash, history.Finished!.Value.WeightsHash);
        Assert.Equal("completed", history.Finished!.Value.Outcome);
        Assert.Equal("start", history.Checkpoints[0].Reason);
        Assert.Equal(0, history.Checkpoints[0].Step);
        Assert.All(history.Epochs, static e => Assert.InRange(e.Accuracy!.Value, 0.2, 1));
        Assert.Empty(Directory.EnumerateFiles(run.CheckpointFolder, "*.tmp"));

        // The best checkpoint is what the result speaks of.
        Assert.Equal(result.WeightsHash, WeightsHash.Of(Checkpoint.LoadModel(folder["run"])));
    }

    [Fact]
    public void A_folder_that_is_not_empty_is_refused_and_left_alone()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["mine"], "mine");
        var error = Assert.Throws<Records.RecordsException>(() => new Trainer(Small.Model(), Small.Loss, Small.Options with { RunFolder = folder.Path }).Fit(Small.Rings(600, 1)));
        Assert.Equal("EK0440", error.Code);
        Assert.Single(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_checkpoint_exists_before_the_first_step_and_then_after_every_interval()
    {
        using var folder = new TemporaryFolder();
        var clock = new SteppingClock();
        var written = new List<(long, string)>();
        var existed = false;
        var options = (Small.Options with { RunFolder = folder["run"], Clock = clock, Epochs = 1, Validation = 0, CheckpointEvery = TimeSpan.FromSeconds(30) }).With(new DelegateCallback
        {
            Step = (in StepEvent e) =>
            {
                if (e.Step == 1) existed = File.Exists(folder["run", "checkpoints", "last.safetensors"]);
                clock.Advance(TimeSpan.FromSeconds(7));
            },
            Checkpoint = (in CheckpointEvent e) => written.Add((e.Step, e.Reason)),
        });
        new Trainer(Small.Model(), Small.Loss, options).Fit(Small.Rings(320, 1));
        Assert.True(existed);
        Assert.Equal([(0L, "start"), (6L, "time"), (10L, "epoch"), (10L, "finished"), (10L, "best")], written);
    }

    [Fact]
    public void A_callback_can_ask_for_a_checkpoint()
    {
        using var folder = new TemporaryFolder();
        var steps = new List<long>();
        var options = (Small.Options with { RunFolder = folder["run"], Steps = 9, Validation = 0 }).With(new Watch(
            step: (e, context) =>
            {
                if (e.Step == 4) context.RequestCheckpoint();
            },
            checkpoint: (e, _) =>
            {
                if (e.Reason == "requested") steps.Add(e.Step);
            }));
        new Trainer(Small.Model(), Small.Loss, options).Fit(Small.Rings(600, 1));
        Assert.Equal([4], steps);
    }

    [Fact]
    public void An_error_in_a_callback_leaves_a_checkpoint_of_the_state_before_it()
    {
        using var folder = new TemporaryFolder();
        var options = (Small.Options with { RunFolder = folder["run"] }).With(new DelegateCallback { Step = (in StepEvent e) => _ = e.Step == 5 ? throw new InvalidDataException("mine") : 0 });
        Assert.Throws<InvalidDataException>(() => new Trainer(Small.Model(), Small.Loss, options).Fit(Small.Rings(600, 1)));
        using (var last = Checkpoint.Open(folder["run", "checkpoints", "last.safetensors"])) Assert.Equal(5, last.Step);
        Assert.Equal("failed", RunLogReader.Read(folder["run", "log.jsonl"]).Finished!.Value.Outcome);

        // Mended, it goes on to the bits of an undisturbed run.
        var whole = new Trainer(Small.Model(), Small.Loss, Small.Options).Fit(Small.Rings(600, 1));
        var resumed = new Trainer(Small.Model(), Small.Loss, Small.Options).Resume(folder["run"], Small.Rings(600, 1));
        Assert.Equal(whole.WeightsHash, resumed.WeightsHash);
    }

    [Fact]
    public void A_metric_that_cannot_be_measured_stands_in_the_result_and_comes_back_with_it()
    {
        using var folder = new TemporaryFolder();
        var oneClass = Small.Rings(60, 2).Subset([.. Enumerable.Range(0, 20).Select(static i => i * Small.Classes)]);
        var result = new Trainer(Small.Model(), Small.Loss, Small.Options with { Epochs = 1, Metrics = [new AreaUnderCurve()], RunFolder = folder["run"] }).Fit(Small.Rings(100, 1), oneClass);
        Assert.True(double.IsNaN(Assert.Single(result.TestMetrics).Value));
        var again = TrainResult.Read(folder["run"])!;
        Assert.True(double.IsNaN(Assert.Single(again.TestMetrics).Value));
        Assert.Equal(result.ToJson(), again.ToJson());
    }
}
