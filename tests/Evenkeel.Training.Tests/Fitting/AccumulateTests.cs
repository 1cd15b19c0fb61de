using Evenkeel.Engine;
using Evenkeel.Records.RunLog;
using Evenkeel.TestKit;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Decoupled;
using Evenkeel.Training.Diagnostics;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Fitting;

/// <summary>Several batches per step in a fit.</summary>
public sealed class AccumulateTests
{
    private static readonly TrainerOptions Options = Small.Options with { BatchSize = 15, Accumulate = 3, Epochs = 2, Validation = 0, Standardize = false };

    [Fact]
    public void An_exact_fit_is_that_of_the_larger_batch()
    {
        // 300 samples: seven steps of 45 or, the last one, 30, in both.
        var samples = Small.Rings(300, 1);
        var (large, parts) = (Small.Model(), Small.Model());
        var expected = new Trainer(large, Small.Loss, Options with { BatchSize = 45, Accumulate = 1 }).Fit(samples);
        var result = new Trainer(parts, Small.Loss, Options with { AccumulatedStatistics = AccumulatedStatistics.Exact }).Fit(samples);
        Assert.Equal(14, expected.Commits);
        Assert.Equal((expected.Steps, expected.Commits, expected.Epochs), (result.Steps, result.Commits, result.Epochs));
        Assert.Equal(expected.TrainLoss, result.TrainLoss, 1e-4);
        foreach (var tensor in large.Parameters)
        {
            var other = parts.Parameters[tensor.Name].ToArray();
            for (var i = 0; i < other.Length; i++) Assert.Equal(tensor.Span[i], other[i], 2e-3f);
        }
    }

    [Fact]
    public void Averaged_statistics_move_once_per_step()
    {
        var model = Small.Model();
        var result = new Trainer(model, Small.Loss, Options).Fit(Small.Rings(300, 1));
        Assert.Equal(14, result.Commits);
        Assert.Equal(14, model.States["hidden1.bn.running_weight"].Span[1]);
    }

    [Theory]
    [InlineData(AccumulatedStatistics.Averaged)]
    [InlineData(AccumulatedStatistics.Exact)]
    public void An_interrupted_fit_continues_to_the_same_bits(AccumulatedStatistics statistics)
    {
        using var folder = new TemporaryFolder();
        var samples = Small.Rings(300, 1);
        var options = Options with { AccumulatedStatistics = statistics };
        var whole = Small.Model();
        new Trainer(whole, Small.Loss, options).Fit(samples);
        var model = Small.Model();
        using var stop = new CancellationTokenSource();
        var watch = new DelegateCallback { Step = (in StepEvent step) => { if (step.Step == 5) stop.Cancel(); } };
        new Trainer(model, Small.Loss, options.With(watch) with { RunFolder = folder["run"] }).Fit(samples, cancellation: stop.Token);
        var again = Small.Model();
        new Trainer(again, Small.Loss, options with { RunFolder = folder["run"] }).Resume(folder["run"], samples);
        Assert.Equal(WeightsHash.Of(whole), WeightsHash.Of(again));
    }

    [Fact]
    public void The_doctor_warns_of_averaged_statistics_alone_and_sees_what_is_normalised_together()
    {
        string[] Codes(Patient patient) => [.. Doctor.Examine(patient).Findings.Select(static finding => finding.Code)];
        var patient = new Patient { Model = Small.Model(), BatchSize = 8, MicroBatches = 8 };
        Assert.Contains("EK1023", Codes(patient));
        Assert.Contains("EK1002", Codes(patient));
        var exact = Codes(patient with { MicroBatchStatistics = AccumulatedStatistics.Exact });
        Assert.DoesNotContain("EK1023", exact);
        Assert.DoesNotContain("EK1002", exact);
    }

    [Fact]
    public void No_batch_per_step_is_refused() =>
        Assert.Equal("EK0502", Assert.Throws<TrainingException>(() => new Trainer(Small.Model(), Small.Loss, Options with { Accumulate = 0 }).Fit(Small.Rings(30, 1))).Code);

    [Fact]
    public void Decoupled_training_takes_one_batch_per_step()
    {
        var error = Assert.Throws<TrainingException>(() => new Trainer(Small.Model(), Small.Loss, Options with { Decoupled = new DecoupledOptions() }).Fit(Small.Rings(300, 1)));
        Assert.Equal("EK0854", error.Code);
        Assert.Contains("Accumulate 3", error.Message, StringComparison.Ordinal);
    }
}
