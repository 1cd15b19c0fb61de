using Evenkeel.Optimization.Schedules;
using Evenkeel.Records.RunLog;
using Evenkeel.TestKit;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Fitting;

public sealed class PlateauTests
{
    // A threshold that noise seldom beats, so that the rate falls several times in 80 steps.
    private static readonly TrainerOptions Options = Small.Options with
    {
        Epochs = 5,
        ValidateEvery = 6,
        Schedule = static (rate, _) => new PlateauSchedule(rate, 0.5f, patience: 0, threshold: 0.05f, cooldown: 1, minimumRate: 1e-3f),
    };

    [Theory]
    [InlineData(12)]
    [InlineData(37)]
    [InlineData(66)]
    public void A_rate_that_fell_with_validations_resumes_to_the_same_bits(int step)
    {
        using var folder = new TemporaryFolder();
        List<float> whole = [], cut = [];
        var expected = new Trainer(Small.Model(), Small.Loss, Options.With(Watch(whole)) with { RunFolder = folder["whole"] }).Fit(Small.Rings(600, 1), Small.Rings(90, 2));
        using var source = new CancellationTokenSource();
        var options = Options.With(Watch(cut, step, source)) with { RunFolder = folder["cut"] };
        Assert.Equal(TrainOutcome.Cancelled, new Trainer(Small.Model(), Small.Loss, options).Fit(Small.Rings(600, 1), Small.Rings(90, 2), null, source.Token).Outcome);
        var resumed = new Trainer(Small.Model(), Small.Loss, Options.With(Watch(cut))).Resume(folder["cut"], Small.Rings(600, 1), Small.Rings(90, 2));
        Assert.Equal(expected.WeightsHash, resumed.WeightsHash);
        Assert.Equal(whole, cut);
        Assert.True(whole.Distinct().Count() > 2, "a rate that never fell proves nothing");
    }

    [Fact]
    public void Another_patience_is_another_run()
    {
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        new Trainer(Small.Model(), Small.Loss, Options.With(Watch([], 3, source)) with { RunFolder = folder["run"] }).Fit(Small.Rings(600, 1), null, null, source.Token);
        var other = Options with { Schedule = static (rate, _) => new PlateauSchedule(rate, 0.5f, patience: 1, threshold: 0.05f, cooldown: 1, minimumRate: 1e-3f) };
        Assert.Equal("EK0505", Assert.Throws<TrainingException>(() => new Trainer(Small.Model(), Small.Loss, other).Resume(folder["run"], Small.Rings(600, 1))).Code);
    }

    [Fact]
    public void A_run_without_validations_is_refused()
    {
        var error = Assert.Throws<TrainingException>(() => new Trainer(Small.Model(), Small.Loss, Options with { Validation = 0, ValidateEvery = 0 }).Fit(Small.Rings(60, 1)));
        Assert.Equal("EK0547", error.Code);
        Assert.Contains("[schedule 'plateau'] got a run without validations", error.Message, StringComparison.Ordinal);
    }

    private static DelegateCallback Watch(List<float> rates, int cancelAt = -1, CancellationTokenSource? source = null) => new()
    {
        Step = (in StepEvent e) =>
        {
            rates.Add((float)e.LearningRate);
            if (e.Step == cancelAt) source!.Cancel();
        },
    };
}
