using System.Collections.Immutable;
using Evenkeel.Data.Augmentation;
using Evenkeel.Records.RunLog;
using Evenkeel.TestKit;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Fitting;

public sealed class AugmentationTests
{
    private static readonly ImmutableArray<IAugmentation> All = [new PadCrop(1), new HorizontalFlip(), new AlternatingFlip(), new RandomResizedCrop(0.5f), new RandomErasing(), new Cutout(2), new ColorJitter()];

    private static readonly TrainerOptions Options = Small.Options with { Augmentations = All, Epochs = 3, BatchSize = 16 };

    [Fact]
    public void Augmented_training_is_the_same_bits_for_one_and_two_threads_and_differs_from_the_plain_one()
    {
        var (one, two) = (Fit(Options with { Threads = 1 }), Fit(Options with { Threads = 2 }));
        Assert.Equal(one.WeightsHash, two.WeightsHash);
        Assert.Equal(one.ValidationLoss, two.ValidationLoss);
        Assert.NotEqual(one.WeightsHash, Fit(Options with { Augmentations = [] }).WeightsHash);
        Assert.True(one.ValidationAccuracy > 0.9, $"{one.ValidationAccuracy}");
    }

    [Fact]
    public void A_resumed_run_sees_the_images_of_an_uninterrupted_one()
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
        var resumed = new Trainer(Small.ImageModel(), Small.Loss, Options).Resume(folder["cut"], Small.Stripes(300, 1));
        Assert.Equal(whole.WeightsHash, resumed.WeightsHash);

        var error = Assert.Throws<TrainingException>(() => new Trainer(Small.ImageModel(), Small.Loss, Options with { Augmentations = [new PadCrop(2)] }).Resume(folder["cut"], Small.Stripes(300, 1)));
        Assert.Equal("EK0505", error.Code);
        Assert.Contains("augmentations", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validation_and_test_see_images_as_they_are()
    {
        // The weights never move and statistics are measured anew, so whatever changed the numbers would be the images.
        var options = Options with { LearningRate = 1e-30f, Epochs = 2, RestoreBest = false, RecalibrateBatches = 100 };
        var (plain, augmented) = (Fit(options with { Augmentations = [] }, test: true), Fit(options, test: true));
        Assert.NotEqual(plain.TrainLoss, augmented.TrainLoss);
        Assert.Equal(plain.TestLoss, augmented.TestLoss);
    }

    [Fact]
    public void Samples_that_are_no_images_are_refused()
    {
        var error = Assert.Throws<Evenkeel.Data.DatasetException>(() => new Trainer(Small.Model(), Small.Loss, Options).Fit(Small.Rings(200, 1)));
        Assert.Equal("EK0339", error.Code);
    }

    private static TrainResult Fit(TrainerOptions options, CancellationToken cancellation = default, bool test = false) =>
        new Trainer(Small.ImageModel(), Small.Loss, options).Fit(Small.Stripes(300, 1), test ? Small.Stripes(90, 2) : null, null, cancellation);
}
