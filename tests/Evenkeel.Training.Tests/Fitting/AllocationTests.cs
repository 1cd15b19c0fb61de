using Evenkeel.Data.Augmentation;
using Evenkeel.Layers.Losses;
using Evenkeel.Optimization.Clipping;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Records.RunLog;
using Evenkeel.TestKit;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Fitting;

public sealed class AllocationTests
{
    private const int WarmUp = 100;
    private const int Measured = 1000;

    // The count is the whole process', so each run has a process of its own, without the other tests.
    [Fact]
    public void A_step_allocates_nothing_with_loader_events_epochs_and_validation() => ChildProcess.Run(WithoutFolder).AssertSuccess();

    [Fact]
    public void A_step_allocates_nothing_with_a_run_log()
    {
        using var folder = new TemporaryFolder();
        ChildProcess.Run(WithFolder, [folder["run"]]).AssertSuccess();
        Assert.Equal(WarmUp + Measured + 10, RunLogReader.Read(folder["run", "log.jsonl"]).Steps.Count);
    }

    [Fact]
    public void A_step_allocates_nothing_with_augmentation_clipping_and_smoothed_labels() => ChildProcess.Run(Augmented).AssertSuccess();

    private static void Augmented()
    {
        var meter = new Meter();
        var options = Small.Options with
        {
            BatchSize = 16,
            Steps = WarmUp + Measured + 10,
            Optimizer = new Lookahead(),
            Clipping = new ClipByNorm(1),
            Augmentations = [new PadCrop(2, ImageBorder.Reflect), new AlternatingFlip(), new HorizontalFlip(), new RandomResizedCrop(), new RandomErasing(), new Cutout(3), new ColorJitter()],
            Callbacks = [meter],
        };
        new Trainer(Small.ImageModel(), new SoftmaxCrossEntropy { LabelSmoothing = 0.1f }, options).Fit(Small.Stripes(602, 1), progress: meter);
        Assert.Equal(0, meter.Bytes);
    }

    private static void WithoutFolder()
    {
        // 32 steps an epoch: the measured ones hold 31 ends of epochs with their shuffle and validation.
        var meter = new Meter();
        var options = Small.Options with { BatchSize = 16, Steps = WarmUp + Measured + 10, Callbacks = [meter] };
        new Trainer(Small.Model(dropout: 0.2f), Small.Loss, options).Fit(Small.Rings(602, 1), progress: meter);
        Assert.Equal(0, meter.Bytes);
        Assert.InRange(meter.Validations, 31, 36);
    }

    private static void WithFolder(string[] arguments)
    {
        var meter = new Meter();
        var options = Small.Options with { BatchSize = 4, LogEvery = 1, Validation = 0, Steps = WarmUp + Measured + 10, RunFolder = arguments[0], Callbacks = [meter] };
        new Trainer(Small.Model(), Small.Loss, options).Fit(Small.Rings(4 * (WarmUp + Measured + 20), 1), progress: meter);
        Assert.Equal(0, meter.Bytes);
    }

    private sealed class Meter : Callback, IProgress<TrainingProgress>
    {
        private long _start;

        public long Bytes { get; private set; } = -1;

        public int Validations { get; private set; }

        public override void OnStep(in StepEvent step, FitContext context)
        {
            if (step.Step == WarmUp) _start = GC.GetTotalAllocatedBytes(precise: true);
            else if (step.Step == WarmUp + Measured) Bytes = GC.GetTotalAllocatedBytes(precise: true) - _start;
        }

        public override void OnValidation(in ValidationEvent validation, FitContext context) => Validations++;

        public void Report(TrainingProgress value)
        {
        }
    }
}
