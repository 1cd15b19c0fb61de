using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Records.RunLog;
using Evenkeel.TestKit;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Fitting;

public sealed class BadDataTests
{
    [Fact]
    public void A_batch_with_NaN_is_skipped_and_told_of_and_changes_nothing()
    {
        var (hashes, warnings, skipped) = (new List<string>(), new List<WarningEvent>(), new List<long>());
        var broken = Broken(bad: static index => index == 50);
        var callback = new Watch(step: (e, context) =>
        {
            hashes.Add(WeightsHash.Of(context.Model));
            if (e.Skipped) skipped.Add(e.Step);
        });
        var model = Small.Model();
        var options = Small.Options with { Epochs = 2, Validation = 0, Standardize = false };
        var result = new Trainer(model, Small.Loss, options.With(callback, new DelegateCallback { Warning = (in WarningEvent e) => warnings.Add(e) })).Fit(broken);
        Assert.Equal(2, skipped.Count);
        Assert.Equal(2, result.Skipped);
        Assert.Equal(result.Steps - 2, result.Commits);
        foreach (var step in skipped.Where(static step => step > 1)) Assert.Equal(hashes[(int)step - 2], hashes[(int)step - 1]);
        Assert.Equal(["EK0511", "EK0511"], warnings.Select(static e => e.Code));
        Assert.True(float.IsFinite(model.Parameters["hidden1.weight"].Span[0]));
    }

    [Fact]
    public void Too_many_skips_in_a_row_end_the_fit_with_the_last_good_state_on_disk()
    {
        using var folder = new TemporaryFolder();
        long lastGood = 0;
        var options = Small.Options with { RunFolder = folder["run"], Standardize = false, Validation = 0, MaximumSkips = 4, LogEvery = 1000 };
        var calls = 0;
        var late = Broken(bad: _ => Volatile.Read(ref calls) >= 7);
        var callback = new DelegateCallback
        {
            Step = (in StepEvent e) =>
            {
                calls++;
                if (!e.Skipped) lastGood = e.Step;
            },
        };
        var model = Small.Model();
        var error = Assert.Throws<TrainingException>(() => new Trainer(model, Small.Loss, options.With(callback)).Fit(late));
        Assert.Equal("EK0501", error.Code);
        Assert.Contains("last.safetensors", error.Message, StringComparison.Ordinal);
        using var checkpoint = Checkpoint.Open(folder["run", "checkpoints", "last.safetensors"]);
        Assert.Equal(lastGood + 4, checkpoint.Step);
        Assert.Equal(WeightsHash.Of(model), WeightsHash.Of(checkpoint.BuildModel()));
        Assert.All(model.Parameters["hidden1.weight"].ToArray(), static value => Assert.True(float.IsFinite(value)));
        Assert.Equal(4, RunLogReader.Read(folder["run", "log.jsonl"]).Steps.Count(static e => e.Skipped));
    }

    [Fact]
    public void A_sample_that_cannot_be_read_fails_the_step_that_wants_it()
    {
        var steps = 0L;
        var order = new Data.Loading.Loader(Small.Rings(96, 1), new Data.Loading.LoaderOptions { BatchSize = 32, Seed = Small.Options.Seed });
        var slot = order.CreateSlot();
        order.Next(slot);
        order.Next(slot);
        var second = slot.Indices[0];
        var rings = Small.Rings(96, 1);
        var dataset = Dataset.From(96, rings.Shape, (index, features) =>
        {
            if (index == second) throw new InvalidDataException("unreadable");
            rings.Read(index, features);
        }, rings.ReadLabel, rings.Target);
        var options = (Small.Options with { Validation = 0, Standardize = false }).With(new DelegateCallback { Step = (in StepEvent e) => steps = e.Step });
        Assert.Throws<InvalidDataException>(() => new Trainer(Small.Model(), Small.Loss, options).Fit(dataset));
        Assert.Equal(1, steps);
    }

    [Fact]
    public void Data_that_do_not_fit_the_model_are_refused_before_anything_starts()
    {
        var rings = Small.Rings(96, 1);
        var narrow = Dataset.From(new float[40], [4], new int[10]);
        var values = Dataset.From(new float[60], [6], new float[10], 1);
        var classes = Dataset.From(new float[60], [6], Enumerable.Range(0, 10).ToArray());
        foreach (var wrong in new[] { narrow, values, classes })
        {
            Assert.Equal("EK0503", Assert.Throws<TrainingException>(() => new Trainer(Small.Model(), Small.Loss, Small.Options).Fit(wrong)).Code);
            Assert.Equal("EK0503", Assert.Throws<TrainingException>(() => new Trainer(Small.Model(), Small.Loss, Small.Options).Fit(rings, wrong)).Code);
        }

        var regression = new Sequential(new Dense(2)).Build(Shape.Batch(6));
        Assert.Equal("EK0503", Assert.Throws<TrainingException>(() => new Trainer(regression, new MeanSquaredError(), Small.Options).Fit(rings)).Code);
        Assert.Equal("EK0503", Assert.Throws<TrainingException>(() => new Trainer(regression, new MeanSquaredError(), Small.Options).Fit(values)).Code);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        foreach (var options in new[]
        {
            Small.Options with { BatchSize = 0 }, Small.Options with { Epochs = 0 }, Small.Options with { Steps = 0 }, Small.Options with { LearningRate = float.NaN }, Small.Options with { LearningRate = null },
            Small.Options with { Validation = -1 }, Small.Options with { LogEvery = 0 }, Small.Options with { CheckpointEvery = TimeSpan.Zero }, Small.Options with { WallClockBudget = TimeSpan.Zero },
            Small.Options with { EarlyStopping = new EarlyStopping { Patience = 0 } }, Small.Options with { Validation = 0, EarlyStopping = new EarlyStopping() },
        })
        {
            Assert.Equal("EK0502", Assert.Throws<TrainingException>(() => new Trainer(Small.Model(), Small.Loss, options)).Code);
        }
    }

    private static Dataset Broken(Func<int, bool> bad)
    {
        var rings = Small.Rings(600, 1);
        return Dataset.From(rings.Count, rings.Shape, (index, features) =>
        {
            rings.Read(index, features);
            if (bad(index)) features[2] = float.NaN;
        }, rings.ReadLabel, rings.Target);
    }
}
