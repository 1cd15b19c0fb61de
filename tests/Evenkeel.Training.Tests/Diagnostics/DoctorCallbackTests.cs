using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Normalization;
using Evenkeel.Records.RunLog;
using Evenkeel.TestKit;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Diagnostics;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Diagnostics;

public sealed class DoctorCallbackTests
{
    private const int WarmUp = 100;
    private const int Measured = 400;

    [Fact]
    public void A_healthy_fit_is_not_warned_and_keeps_every_bit()
    {
        var warnings = new List<WarningEvent>();
        var watch = new DelegateCallback { Warning = (in WarningEvent warning) => warnings.Add(warning) };
        string Fit(params Callback[] callbacks) => new Trainer(Small.Model(), Small.Loss, Small.Options.With(callbacks)).Fit(Clinic.Samples).WeightsHash;
        Assert.Equal(Fit(), Fit(new DoctorCallback(), watch));
        Assert.Empty(warnings);
    }

    [Theory]
    [InlineData(DoctorRhythm.EveryEpoch, 2)]
    [InlineData(DoctorRhythm.Sparse, 4)]
    public void A_sparse_rhythm_looks_after_epochs_one_four_and_sixteen(DoctorRhythm rhythm, int seenAfter)
    {
        var (steps, warnings) = (new List<long>(), new List<WarningEvent>());
        var watch = new DelegateCallback { Warning = (in WarningEvent warning) => warnings.Add(warning) };
        var model = Clinic.Normalized(BatchNormOptions.Default);
        var spoil = new DelegateCallback
        {
            Epoch = (in EpochEvent epoch) =>
            {
                steps.Add(epoch.Step);
                if (epoch.Epoch == 2) model.State("bn", "running_variance").Fill(double.NaN);
            },
        };
        new Trainer(model, Small.Loss, (Small.Options with { Epochs = 5, Steps = null, Validation = 0 }).With(spoil, new DoctorCallback(rhythm: rhythm), watch)).Fit(Clinic.Samples);
        Assert.Equal(steps[seenAfter - 1], warnings.Min(static warning => warning.Step));
    }

    [Fact]
    public void A_mistake_in_the_options_is_said_before_the_first_step_and_once()
    {
        using var folder = new TemporaryFolder();
        var model = Clinic.Normalized(BatchNormOptions.Default with { RunningAverage = RunningAverage.UpdateRate(0.99f) });
        new Trainer(model, Small.Loss, (Small.Options with { RunFolder = folder["run"] }).With(new DoctorCallback())).Fit(Clinic.Samples);
        var warning = Assert.Single(RunLogReader.Read(folder["run", "log.jsonl"]).Warnings, static warning => warning.Code == "EK1015");
        Assert.Equal(0, warning.Step);
        Assert.StartsWith("[bn] ", warning.Text, StringComparison.Ordinal);
        Assert.Contains("batches_averaged=1.0202", warning.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_that_go_wrong_on_the_way_are_seen_after_the_epoch()
    {
        var warnings = new List<WarningEvent>();
        var watch = new DelegateCallback { Warning = (in WarningEvent warning) => warnings.Add(warning) };
        var model = Clinic.Normalized(BatchNormOptions.Default with { BiasCorrection = false, RunningAverage = RunningAverage.Retention(0.999f) });
        new Trainer(model, Small.Loss, (Small.Options with { Standardize = false }).With(new DoctorCallback(), watch)).Fit(Clinic.Samples);
        Assert.Contains(warnings, static warning => warning is { Code: "EK1005", Step: 0 });
        Assert.Contains(warnings, static warning => warning is { Code: "EK1006", Step: > 0 });
        Assert.Equal(warnings.DistinctBy(static warning => (warning.Code, warning.Text[..8])).Count(), warnings.Count);
    }

    [Fact]
    public void A_rate_that_was_too_low_is_said_at_the_end_of_a_whole_run_alone()
    {
        string[] Warnings(int steps)
        {
            var warnings = new List<WarningEvent>();
            var watch = new DelegateCallback { Warning = (in WarningEvent warning) => warnings.Add(warning) };
            new Trainer(Small.Model(), Small.Loss, (Small.Options with { LearningRate = 1e-6f, Steps = steps }).With(new DoctorCallback(), watch)).Fit(Clinic.Samples);
            return [.. warnings.Where(warning => warning.Step == steps).Select(static warning => warning.Code)];
        }

        Assert.Contains("EK1102", Warnings(300));
        Assert.Empty(Warnings(200));
    }

    [Fact]
    public void Healthy_fits_of_glyphs_are_not_warned() => NotWarned(Glyphs.Load().Training.Take(4000));

    [MnistFact]
    public void Healthy_fits_of_MNIST_are_not_warned() => NotWarned(Mnist.Load(MnistFactAttribute.Folder!).Training);

    [Cifar10Fact]
    public void A_healthy_fit_of_a_residual_network_on_CIFAR_10_is_not_warned()
    {
        var warnings = new List<WarningEvent>();
        var watch = new DelegateCallback { Warning = (in WarningEvent warning) => warnings.Add(warning) };
        var training = Cifar10.Load(Cifar10FactAttribute.Folder!).Training.Take(2500);
        var model = Layers.Models.ModelTable.Create("resnet20", new Layers.Models.ModelOptions { Outputs = 10 }).Build(Graph.Shapes.Shape.Batch(training.Shape.Dimensions));
        var options = new TrainerOptions { Optimizer = new Optimization.Optimizers.Sgd(), LearningRate = 0.1f, Epochs = 3, BatchSize = 64, Validation = 260 };
        new Trainer(model, Small.Loss, options.With(new DoctorCallback(new DoctorOptions { ProbeSamples = 128 }), watch)).Fit(training);
        Assert.Empty(warnings);
    }

    [Fact]
    public void A_step_allocates_nothing_for_it() => ChildProcess.Run(WithoutAllocation).AssertSuccess();

    private static void WithoutAllocation()
    {
        var meter = new Meter();
        var options = Small.Options with { BatchSize = 1 << 2, Validation = 0, Steps = WarmUp + Measured + 10, Callbacks = [new DoctorCallback(new DoctorOptions { Without = ["EK1002"] }), meter] };
        new Trainer(Small.Model(), Small.Loss, options).Fit(Small.Rings(4 * (WarmUp + Measured + 20), 1));
        Assert.Equal(0, meter.Bytes);
    }

    private static void NotWarned(Dataset training)
    {
        foreach (var (optimizer, rate) in new[] { ("adam", 0.001f), ("sgd", 0.1f) })
        {
            var warnings = new List<WarningEvent>();
            var watch = new DelegateCallback { Warning = (in WarningEvent warning) => warnings.Add(warning) };
            var model = Layers.Models.ModelTable.Create("mlp", new Layers.Models.ModelOptions { Outputs = 10, Hidden = [100, 100] }).Build(Graph.Shapes.Shape.Batch(training.Shape.Dimensions));
            var options = new TrainerOptions { Optimizer = Optimization.Optimizers.OptimizerTable.Create(optimizer, new Optimization.Optimizers.OptimizerOptions()), LearningRate = rate, Epochs = 4, Validation = training.Count / 10 };
            new Trainer(model, Small.Loss, options.With(new DoctorCallback(), watch)).Fit(training);
            Assert.Empty(warnings);
        }
    }

    private sealed class Meter : Callback
    {
        private long _start;

        public long Bytes { get; private set; } = -1;

        public override void OnStep(in StepEvent step, FitContext context)
        {
            if (step.Step == WarmUp) _start = GC.GetTotalAllocatedBytes(precise: true);
            else if (step.Step == WarmUp + Measured) Bytes = GC.GetTotalAllocatedBytes(precise: true) - _start;
        }
    }
}
