using Evenkeel.Data.Augmentation;
using Evenkeel.Layers.Losses;
using Evenkeel.Records.RunLog;
using Evenkeel.TestKit;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Fitting;

public sealed class MixingTests
{
    private static readonly TrainerOptions Options = Small.Options with { Mixing = new CutMix(), Augmentations = [new HorizontalFlip()], Epochs = 6, BatchSize = 16 };

    [Fact]
    public void Mixed_training_learns_with_the_same_bits_for_one_and_two_threads_and_tells_no_training_accuracy()
    {
        var accuracies = new List<double?>();
        var watch = new DelegateCallback { Epoch = (in EpochEvent e) => accuracies.Add(e.Accuracy) };
        var (one, two) = (Fit((Options with { Threads = 1 }).With(watch)), Fit(Options with { Threads = 2 }));
        Assert.Equal(one.WeightsHash, two.WeightsHash);
        Assert.NotEqual(one.WeightsHash, Fit(Options with { Mixing = null }).WeightsHash);
        Assert.NotEqual(one.WeightsHash, Fit(Options with { Mixing = new Mixup() }).WeightsHash);
        Assert.True(one.ValidationAccuracy > 0.9, $"{one.ValidationAccuracy}");
        Assert.Equal(Options.Epochs, accuracies.Count);
        Assert.All(accuracies, static accuracy => Assert.Null(accuracy));
    }

    [Fact]
    public void Rows_can_be_mixed_up_and_label_smoothing_holds_for_mixtures()
    {
        var options = Small.Options with { Mixing = new Mixup(0.4f), Epochs = 8 };
        var plain = new Trainer(Small.Model(), Small.Loss, options).Fit(Small.Rings(600, 1));
        Assert.True(plain.ValidationAccuracy > 0.8, $"{plain.ValidationAccuracy}");
        var smoothed = new Trainer(Small.Model(), new SoftmaxCrossEntropy { LabelSmoothing = 0.2f }, options).Fit(Small.Rings(600, 1));
        Assert.True(smoothed.TrainLoss > plain.TrainLoss);
    }

    [Fact]
    public void A_resumed_run_sees_the_mixtures_of_an_uninterrupted_one()
    {
        using var folder = new TemporaryFolder();
        var whole = Fit(Options with { RunFolder = folder["whole"] });
        using var source = new CancellationTokenSource();
        var stop = new DelegateCallback
        {
            Step = (in StepEvent e) =>
            {
                if (e.Step == 20) source.Cancel();
            },
        };
        Assert.Equal(TrainOutcome.Cancelled, Fit((Options with { RunFolder = folder["cut"] }).With(stop), source.Token).Outcome);
        Assert.Equal(whole.WeightsHash, new Trainer(Small.ImageModel(), Small.Loss, Options).Resume(folder["cut"], Small.Stripes(300, 1)).WeightsHash);
        var error = Assert.Throws<TrainingException>(() => new Trainer(Small.ImageModel(), Small.Loss, Options with { Mixing = new CutMix(0.5f) }).Resume(folder["cut"], Small.Stripes(300, 1)));
        Assert.Equal("EK0505", error.Code);
    }

    [Fact]
    public void A_loss_without_classes_takes_no_mixtures()
    {
        var error = Assert.Throws<TrainingException>(() => new Trainer(Small.Model(), new SoftCrossEntropy(), Options).Fit(Small.Rings(200, 1)));
        Assert.Contains(error.Code, new[] { "EK0502", "EK0503" });
    }

    private static TrainResult Fit(TrainerOptions options, CancellationToken cancellation = default) =>
        new Trainer(Small.ImageModel(), Small.Loss, options).Fit(Small.Stripes(300, 1), null, null, cancellation);
}
