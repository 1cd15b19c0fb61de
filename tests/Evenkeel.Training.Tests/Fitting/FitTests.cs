using Evenkeel.Layers.Models;
using Evenkeel.Records.RunLog;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Evaluation;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Fitting;

public sealed class FitTests
{
    // Rings at radii 1, 2, 3 with noise 0.15 overlap little; a network that learnt nothing has a third.
    private const double Learnt = 0.8;

    [Fact]
    public void A_fit_learns_and_its_test_accuracy_is_that_of_the_weights_it_leaves()
    {
        var model = Small.Model();
        var test = Small.Rings(300, 2);
        var result = new Trainer(model, Small.Loss, Small.Options with { Epochs = 12 }).Fit(Small.Rings(900, 1), test);

        Assert.Equal(TrainOutcome.Completed, result.Outcome);
        Assert.InRange(result.TestAccuracy!.Value, Learnt, 1);
        Assert.Equal(WeightsHash.Of(model), result.WeightsHash);
        Assert.Equal(26 * 12, result.Steps);
        Assert.Equal(result.Steps, result.Commits);
        Assert.Equal(12, result.Epochs);
        Assert.Equal(0, result.Skipped);
        Assert.InRange(result.TrainLoss, 0, 0.6);
    }

    [Fact]
    public void One_thread_and_two_give_the_same_bits()
    {
        var one = Fit(Small.Options with { Threads = 1 });
        var two = Fit(Small.Options with { Threads = 2 });
        Assert.Equal(one.WeightsHash, two.WeightsHash);
        Assert.Equal(one.TestLoss, two.TestLoss);
        Assert.NotEqual(one.WeightsHash, Fit(Small.Options with { Seed = 12 }).WeightsHash);
    }

    [Fact]
    public void The_weights_of_the_best_validation_are_restored()
    {
        var best = "";
        long bestStep = 0;
        var model = Small.Model();
        var callback = new Watch(validation: (validation, context) =>
        {
            if (validation.Best) (best, bestStep) = (WeightsHash.Of(context.Model), validation.Step);
        });

        // A rate this high makes late epochs worse than early ones.
        var options = (Small.Options with { Epochs = 8, LearningRate = 2f, Schedule = (rate, _) => new Optimization.Schedules.ConstantSchedule(rate) }).With(callback);
        var result = new Trainer(model, Small.Loss, options).Fit(Small.Rings(600, 1));
        Assert.True(bestStep < result.Steps, "the best validation should not be the last for this test to say anything");
        Assert.Equal(best, WeightsHash.Of(model));
        Assert.Equal(bestStep, result.BestStep);

        var last = new Trainer(Small.Model(), Small.Loss, options with { RestoreBest = false }).Fit(Small.Rings(600, 1));
        Assert.NotEqual(best, last.WeightsHash);
        Assert.Equal(last.Steps, last.BestStep);
    }

    [Fact]
    public void Early_stopping_ends_after_as_many_validations_without_improvement_as_patience_says()
    {
        var validations = new List<ValidationEvent>();
        var options = Small.Options with { Epochs = 200, LearningRate = 2f, EarlyStopping = new EarlyStopping { Patience = 3 } };
        var result = new Trainer(Small.Model(), Small.Loss, options.With(new DelegateCallback { Validation = (in ValidationEvent e) => validations.Add(e) })).Fit(Small.Rings(600, 1));
        Assert.Equal(TrainOutcome.EarlyStopped, result.Outcome);
        Assert.Equal([false, false, false], validations.TakeLast(3).Select(static e => e.Best));
        Assert.True(validations[^4].Best);
        Assert.True(validations.Count < 200);
        Assert.Equal(validations[^4].Step, result.BestStep);
        Assert.Equal(validations[^4].Loss, result.ValidationLoss);
    }

    [Fact]
    public void Monitoring_the_loss_picks_the_lowest_loss()
    {
        var losses = new List<(double Loss, long Step)>();
        var options = Small.Options with { Epochs = 10, LearningRate = 0.5f, Monitor = Monitor.ValidationLoss };
        var result = new Trainer(Small.Model(), Small.Loss, options.With(new DelegateCallback { Validation = (in ValidationEvent e) => losses.Add((e.Loss, e.Step)) })).Fit(Small.Rings(600, 1));
        Assert.Equal(losses.Min().Step, result.BestStep);
        Assert.Equal(losses.Min().Loss, result.ValidationLoss);
    }

    [Fact]
    public void Cancelling_finishes_the_step_and_says_so()
    {
        using var source = new CancellationTokenSource();
        long cancelledAt = 0;
        var callback = new DelegateCallback
        {
            Step = (in StepEvent e) =>
            {
                if (e.Step != 5) return;
                cancelledAt = e.Step;
                source.Cancel();
            },
        };
        var result = new Trainer(Small.Model(), Small.Loss, Small.Options.With(callback)).Fit(Small.Rings(600, 1), Small.Rings(90, 2), null, source.Token);
        Assert.Equal(TrainOutcome.Cancelled, result.Outcome);
        Assert.Equal(cancelledAt, result.Steps);
        Assert.Null(result.TestAccuracy);
    }

    [Fact]
    public async Task A_fit_on_a_thread_of_its_own_gives_the_same_bits()
    {
        var result = await new Trainer(Small.Model(dropout: 0.2f), Small.Loss, Small.Options).FitAsync(Small.Rings(600, 1), Small.Rings(90, 2));
        Assert.Equal(Fit(Small.Options).WeightsHash, result.WeightsHash);
    }

    [Fact]
    public void A_smoke_run_takes_two_steps_and_one_batch_of_validation()
    {
        long samples = 0;
        var result = new Trainer(Small.Model(), Small.Loss, (Small.Options with { Smoke = true, Validation = 300 }).With(new DelegateCallback { Validation = (in ValidationEvent e) => samples = e.Samples })).Fit(Small.Rings(900, 1), Small.Rings(900, 2));
        Assert.Equal(2, result.Steps);
        Assert.Equal(256, samples);
        Assert.NotNull(result.TestAccuracy);
    }

    [Fact]
    public void Overfitting_learns_a_handful_of_samples_by_heart()
    {
        var model = Small.Model();
        var result = new Trainer(model, Small.Loss, Small.Options with { Overfit = 16, Epochs = 150, EarlyStopping = new EarlyStopping() }).Fit(Small.Rings(600, 1));
        Assert.Equal(150, result.Steps);
        Assert.InRange(result.TrainLoss, 0, 0.02);
        Assert.Null(result.ValidationLoss);
    }

    [Fact]
    public void A_budget_of_time_ends_the_fit()
    {
        var clock = new SteppingClock();
        var options = (Small.Options with { Epochs = 50, Clock = clock, WallClockBudget = TimeSpan.FromSeconds(10) }).With(new DelegateCallback { Step = (in StepEvent _) => clock.Advance(TimeSpan.FromSeconds(1)) });
        var result = new Trainer(Small.Model(), Small.Loss, options).Fit(Small.Rings(600, 1), Small.Rings(90, 2));
        Assert.Equal(TrainOutcome.OutOfTime, result.Outcome);
        Assert.Equal(10, result.Steps);
        Assert.NotNull(result.TestAccuracy);
        Assert.NotNull(result.ValidationLoss);
    }

    [Fact]
    public void A_callback_can_end_the_fit()
    {
        var result = new Trainer(Small.Model(), Small.Loss, Small.Options.With(new Watch(step: (step, context) =>
        {
            if (step.Step == 7) context.RequestStop();
        }))).Fit(Small.Rings(600, 1));
        Assert.Equal(7, result.Steps);
        Assert.Equal(TrainOutcome.Completed, result.Outcome);
        Assert.Equal(7, result.BestStep);
    }

    [Fact]
    public void The_learning_rate_follows_the_schedule_by_commit()
    {
        var rates = new List<double>();
        var schedule = new Optimization.Schedules.CosineSchedule(0.1f, 51, 10);
        new Trainer(Small.Model(), Small.Loss, (Small.Options with { Steps = 51, Schedule = (_, commits) => commits == 51 ? schedule : throw new InvalidOperationException() }).With(new DelegateCallback { Step = (in StepEvent e) => rates.Add(e.LearningRate) })).Fit(Small.Rings(600, 1));
        Assert.Equal(Enumerable.Range(0, 51).Select(commit => (double)schedule.LearningRateAt(commit)), rates);
    }

    [Fact]
    public void A_last_batch_of_one_sample_is_left_out_with_a_warning()
    {
        var warnings = new List<string>();
        var callback = new DelegateCallback { Warning = (in WarningEvent e) => warnings.Add(e.Code) };
        var result = new Trainer(Small.Model(), Small.Loss, (Small.Options with { Validation = 0, Epochs = 1 }).With(callback)).Fit(Small.Rings(97, 1));
        Assert.Equal(3, result.Steps);
        Assert.Equal(["EK0510"], warnings);

        // Without batch normalisation a single sample is a batch like any other.
        Assert.Equal(4, new Trainer(Small.Model(normalization: Layers.Models.NormalizationKind.None), Small.Loss, Small.Options with { Validation = 0, Epochs = 1 }).Fit(Small.Rings(97, 1)).Steps);
    }

    [Fact]
    public void Recalibrating_changes_running_statistics_and_nothing_else()
    {
        var (plain, recalibrated) = (Small.Model(), Small.Model());
        new Trainer(plain, Small.Loss, Small.Options).Fit(Small.Rings(600, 1));
        new Trainer(recalibrated, Small.Loss, Small.Options with { RecalibrateBatches = 8 }).Fit(Small.Rings(600, 1));
        foreach (var parameter in plain.Parameters) Assert.Equal(parameter.ToArray(), recalibrated.Parameters[parameter.Name].ToArray());
        Assert.NotEqual(plain.States["hidden1.bn.running_mean"].ToArray(), recalibrated.States["hidden1.bn.running_mean"].ToArray());
    }

    [Fact]
    public void Recalibrating_leaves_frozen_layers_as_they_are()
    {
        var model = Small.Model().Freeze("hidden1.bn");
        var before = Statistics();
        new Trainer(model, Small.Loss, Small.Options with { RecalibrateBatches = 8 }).Fit(Small.Rings(600, 1));
        Assert.Equal(before, Statistics());

        double[] Statistics() => [.. model.States["hidden1.bn.running_mean"].Span, .. model.States["hidden1.bn.running_variance"].Span];
    }

    [Fact]
    public void Progress_comes_after_the_first_step_and_at_the_end()
    {
        var progress = new Collector();
        var result = new Trainer(Small.Model(), Small.Loss, Small.Options).Fit(Small.Rings(600, 1), progress: progress);
        Assert.Equal(1, progress.Reports[0].Step);
        var last = progress.Reports[^1];
        Assert.Equal(result.Steps, last.Step);
        Assert.Equal(result.Steps, last.TotalSteps);
        Assert.Equal(4, last.Epoch);
        Assert.Equal(TimeSpan.Zero, last.Remaining);
        Assert.NotNull(last.ValidationAccuracy);
    }

    [Fact]
    public void Evaluating_counts_every_sample_once()
    {
        var model = Small.Model();
        var data = Small.Rings(333, 3);
        var whole = Evaluator.Evaluate(model, Small.Loss, data, options: new Engine.PlanOptions { Capacity = 333 });
        var parts = Evaluator.Evaluate(model, Small.Loss, data, options: new Engine.PlanOptions { Capacity = 50 });
        Assert.Equal(333, parts.Samples);
        Assert.Equal(whole.Accuracy, parts.Accuracy);

        // Means of parts are rounded to float once each.
        Assert.Equal(whole.Loss, parts.Loss, 1e-6);
    }

    [Fact]
    public void A_trainer_that_is_fitting_refuses_a_second_fit()
    {
        Trainer? trainer = null;
        Exception? refused = null;
        trainer = new Trainer(Small.Model(), Small.Loss, (Small.Options with { Steps = 1 }).With(new DelegateCallback { Step = (in StepEvent _) => refused = Record.Exception(() => trainer!.Fit(Small.Rings(90, 1))) }));
        trainer.Fit(Small.Rings(600, 1));
        Assert.IsType<InvalidOperationException>(refused);
    }

    private static TrainResult Fit(TrainerOptions options) => new Trainer(Small.Model(dropout: 0.2f), Small.Loss, options).Fit(Small.Rings(600, 1), Small.Rings(90, 2));

    private sealed class Collector : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Reports { get; } = [];

        public void Report(TrainingProgress value) => Reports.Add(value);
    }
}
