using Evenkeel.Records.RunLog;
using Evenkeel.TestKit;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Checkpoints;

public sealed class FullDiskTests
{
    [SmallDiskFact]
    public void On_a_full_disk_training_goes_on_with_warnings_and_the_previous_checkpoint_survives()
    {
        using var disk = new SmallDisk();
        var folder = Path.Combine(disk.Path, "run");
        var filler = Path.Combine(disk.Path, "filler");
        var warnings = new List<string>();
        long survivor = -1;
        var callback = new DelegateCallback
        {
            Step = (in StepEvent e) =>
            {
                if (e.Step == 20) Fill(filler);
                if (e.Step == 40)
                {
                    using (var checkpoint = Checkpoint.Open(Path.Combine(folder, "checkpoints", "last.safetensors")))
                    {
                        survivor = checkpoint.Step;
                        checkpoint.BuildModel();
                    }

                    File.Delete(filler);
                }
            },
            Warning = (in WarningEvent e) => warnings.Add(e.Code),
        };
        var options = (Small.Options with { RunFolder = folder, LogEvery = 1 }).With(callback);
        var result = new Trainer(Small.Model(), Small.Loss, options).Fit(Small.Rings(600, 1));
        Assert.Equal(16, survivor);
        Assert.Contains("EK0526", warnings);
        Assert.Equal(TrainOutcome.Completed, result.Outcome);
        Assert.Equal(new Trainer(Small.Model(), Small.Loss, Small.Options).Fit(Small.Rings(600, 1)).WeightsHash, result.WeightsHash);
        Assert.Equal(result.WeightsHash, WeightsHash.Of(Checkpoint.LoadModel(folder)));
        Assert.NotNull(RunLogReader.Read(Path.Combine(folder, "log.jsonl")).Finished);
    }

    [SmallDiskFact]
    public void A_disk_that_stays_full_ends_the_fit_with_a_typed_error_and_freed_space_lets_it_resume()
    {
        using var disk = new SmallDisk();
        var folder = Path.Combine(disk.Path, "run");
        var filler = Path.Combine(disk.Path, "filler");
        var callback = new DelegateCallback
        {
            Step = (in StepEvent e) =>
            {
                if (e.Step == 20) Fill(filler);
            },
        };
        var error = Assert.Throws<TrainingException>(() => new Trainer(Small.Model(), Small.Loss, (Small.Options with { RunFolder = folder }).With(callback)).Fit(Small.Rings(600, 1)));
        Assert.Equal("EK0526", error.Code);
        File.Delete(filler);
        var resumed = new Trainer(Small.Model(), Small.Loss, Small.Options).Resume(folder, Small.Rings(600, 1));
        Assert.Equal(new Trainer(Small.Model(), Small.Loss, Small.Options).Fit(Small.Rings(600, 1)).WeightsHash, resumed.WeightsHash);
    }

    private static void Fill(string path)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            var piece = new byte[4096];
            while (true) stream.Write(piece);
        }
        catch (IOException)
        {
            // Full.
        }
    }
}
