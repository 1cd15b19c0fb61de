using Evenkeel.Layers.Models;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Records.RunLog;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Evaluation;
using Evenkeel.Training.Metrics;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Metrics;

public sealed class MetricTests
{
    [Fact]
    public void Accuracy_and_mean_loss_count_every_sample_alike()
    {
        var (accuracy, loss) = (new Accuracy(), new MeanLoss());
        foreach (Metric metric in new Metric[] { accuracy, loss })
        {
            Assert.True(double.IsNaN(metric.Value));
            metric.Add(new EvaluationBatch { Count = 3, Outputs = [], OutputsPerSample = 2, Loss = 1, Correct = 2 });
            metric.Add(new EvaluationBatch { Count = 1, Outputs = [], OutputsPerSample = 2, Loss = 5, Correct = 1 });
        }

        Assert.Equal(0.75, accuracy.Value);
        Assert.Equal(2, loss.Value);
        accuracy.Reset();
        Assert.True(double.IsNaN(accuracy.Value));
    }

    [Theory]
    [InlineData(1, 0.25)]
    [InlineData(2, 0.75)]
    [InlineData(3, 0.75)]
    public void Top_accuracy_counts_labels_among_the_largest(int k, double expected)
    {
        var metric = new TopAccuracy(k);

        // Rank of the label: first, second, second of two equals, never (NaN).
        metric.Add(new EvaluationBatch
        {
            Count = 4,
            OutputsPerSample = 3,
            Outputs = [9, 1, 2, 5, 7, 1, 4, 0, 4, 3, float.NaN, 1],
            Labels = [0, 0, 2, 1],
        });
        Assert.Equal(expected, metric.Value);
        Assert.Equal($"top{k}_accuracy", metric.Name);
    }

    [Fact]
    public void The_mean_absolute_error_is_over_all_values()
    {
        var metric = new MeanAbsoluteError();
        metric.Add(new EvaluationBatch { Count = 2, OutputsPerSample = 2, Outputs = [1, 2, 3, 4], Targets = [0, 4, 3, 5] });
        Assert.Equal(1, metric.Value);
    }

    [Fact]
    public void The_root_mean_squared_error_is_over_all_values()
    {
        var metric = new RootMeanSquaredError();
        Assert.True(double.IsNaN(metric.Value));
        metric.Add(new EvaluationBatch { Count = 2, OutputsPerSample = 2, Outputs = [1, 2, 3, 4], Targets = [0, 4, 3, 6] });
        Assert.Equal(Math.Sqrt((1 + 4 + 0 + 4) / 4.0), metric.Value, 1e-15);
    }

    [Fact]
    public void R_squared_is_one_for_the_targets_zero_for_their_mean_and_a_mean_over_the_values_of_a_target()
    {
        var metric = new DeterminationCoefficient();
        metric.Add(new EvaluationBatch { Count = 2, OutputsPerSample = 2, Outputs = [1, 25, 2, 25], Targets = [1, 10, 2, 20] });
        metric.Add(new EvaluationBatch { Count = 2, OutputsPerSample = 2, Outputs = [3, 25, 4, 25], Targets = [3, 30, 4, 40] });
        Assert.Equal(0.5, metric.Value, 1e-12);
        metric.Reset();
        metric.Add(new EvaluationBatch { Count = 3, OutputsPerSample = 1, Outputs = [1, 2, 4], Targets = [1, 2, 3] });
        Assert.Equal(0.5, metric.Value, 1e-12);
        metric.Reset();
        metric.Add(new EvaluationBatch { Count = 2, OutputsPerSample = 1, Outputs = [1, 2], Targets = [1, 1] });
        Assert.True(double.IsNaN(metric.Value));
    }

    [Fact]
    public void A_metric_of_other_targets_is_refused_before_training()
    {
        var error = Assert.Throws<TrainingException>(() => new Trainer(Small.Model(), Small.Loss, Small.Options with { Metrics = [new RootMeanSquaredError()] }).Fit(Small.Rings(100, 1)));
        Assert.Equal("EK0545", error.Code);
        Assert.Contains("[metric 'root_mean_squared_error'] got 'rings'", error.Message, StringComparison.Ordinal);
        Assert.Equal("EK0545", Assert.Throws<TrainingException>(() => Evaluator.Evaluate(Small.Model(), Small.Loss, Small.Rings(100, 1), [new DeterminationCoefficient()])).Code);
    }

    [Fact]
    public void Outputs_that_are_no_numbers_are_said_beside_the_accuracy()
    {
        var model = Small.Model(normalization: NormalizationKind.None);
        Assert.Null(Evaluator.Evaluate(model, Small.Loss, Small.Rings(100, 1)).Doubt);
        var warnings = new List<WarningEvent>();
        var options = Small.Options with { Optimizer = new Sgd(), LearningRate = 1e30f, Epochs = 1, Steps = 1, Validation = 20, RestoreBest = false, Callbacks = [new DelegateCallback { Warning = (in WarningEvent warning) => warnings.Add(warning) }] };
        var result = new Trainer(model, Small.Loss, options).Fit(Small.Rings(100, 1), Small.Rings(50, 2));
        Assert.False(double.IsFinite(result.TestLoss!.Value));
        Assert.Equal(["EK0546", "EK0546"], warnings.Select(static warning => warning.Code));
        Assert.Contains("counts them as wrong", Evaluator.Evaluate(model, Small.Loss, Small.Rings(100, 1)).Doubt, StringComparison.Ordinal);
    }
}
