using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Reports.Charts;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Decoupled;
using Evenkeel.Training.Diagnostics;
using Evenkeel.Training.Search;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Search;

public sealed class LearningRateFinderTests
{
    private static readonly Dataset Samples = Small.Rings(602, 1);

    [Fact]
    public void A_search_leaves_weights_statistics_optimizer_and_random_streams_to_the_bit()
    {
        // Dropout, optimizer slots and running statistics are all there; a fit after a search has the bits of a fit without one.
        var untouched = new Trainer(Small.Model(dropout: 0.3f), Small.Loss, Small.Options).Fit(Samples).WeightsHash;
        var model = Small.Model(dropout: 0.3f);
        var before = WeightsHash.Of(model);
        LearningRateFinder.Run(model, Small.Loss, Small.Options, Samples);
        Assert.Equal(before, WeightsHash.Of(model));
        Assert.Equal(untouched, new Trainer(model, Small.Loss, Small.Options).Fit(Samples).WeightsHash);
    }

    [Fact]
    public void A_search_in_the_middle_of_a_fit_changes_no_bit_of_it()
    {
        var plain = new Trainer(Small.Model(dropout: 0.3f), Small.Loss, Small.Options).Fit(Samples).WeightsHash;
        var searching = new Watch(step: static (step, context) =>
        {
            if (step.Step != 30) return;
            var (slots, before) = (context.Plan.Slots.Span.ToArray(), WeightsHash.Of(context.Model));
            var (attempts, commits) = (context.Plan.Attempts, context.Plan.Commits);
            LearningRateFinder.Run(context.Model, Small.Loss, Small.Options, Samples, new RateSearchOptions { Steps = 40 });
            Assert.Equal(slots, context.Plan.Slots.Span.ToArray());
            Assert.Equal((before, attempts, commits), (WeightsHash.Of(context.Model), context.Plan.Attempts, context.Plan.Commits));
        });
        Assert.Equal(plain, new Trainer(Small.Model(dropout: 0.3f), Small.Loss, Small.Options.With(searching)).Fit(Samples).WeightsHash);
    }

    [Fact]
    public void The_curve_rises_exponentially_and_is_the_same_for_any_number_of_threads()
    {
        var one = LearningRateFinder.Run(Small.Model(), Small.Loss, Small.Options with { Threads = 1 }, Samples);
        var two = LearningRateFinder.Run(Small.Model(), Small.Loss, Small.Options with { Threads = 2 }, Samples);
        Assert.Equal(one.Losses.ToArray(), two.Losses.ToArray());
        Assert.Equal(1e-5, one.LearningRates[0], 1e-12);
        for (var i = 2; i < one.LearningRates.Length; i++) Assert.Equal(one.LearningRates[1] / one.LearningRates[0], one.LearningRates[i] / one.LearningRates[i - 1], 1e-9);
        Assert.Equal(one.Losses[0], one.Smoothed[0], 1e-12);
    }

    [Fact]
    public void A_search_trains_as_the_fit_will_decoupled_or_accumulated()
    {
        var search = new RateSearchOptions { Steps = 40 };
        var plain = LearningRateFinder.Run(Small.Model(), Small.Loss, Small.Options, Samples, search);
        foreach (var options in new[] { Small.Options with { Accumulate = 2 }, Small.Options with { Decoupled = new DecoupledOptions { Gradients = GradientSource.None } } })
        {
            var curve = LearningRateFinder.Run(Small.Model(), Small.Loss, options, Samples, search);
            Assert.NotEqual(plain.Losses.ToArray(), curve.Losses.ToArray());
        }

        // Locked segments are ordinary backpropagation.
        var locked = LearningRateFinder.Run(Small.Model(), Small.Loss, Small.Options with { Decoupled = new DecoupledOptions { Gradients = GradientSource.Backpropagation } }, Samples, search);
        Assert.Equal(plain.Losses.ToArray(), locked.Losses.ToArray());
        Assert.Equal("EK0854", Assert.Throws<TrainingException>(() => LearningRateFinder.Run(Small.Model(), Small.Loss, Small.Options with { Accumulate = 2, Decoupled = new DecoupledOptions() }, Samples, search)).Code);
    }

    [Theory]
    [InlineData("sgd", 0.005, 1)]
    [InlineData("adam", 0.0003, 0.1)]
    public void The_suggestion_is_of_the_usual_order_and_trains(string optimizer, double least, double most)
    {
        var options = Small.Options with { Optimizer = OptimizerTable.Create(optimizer, new OptimizerOptions()), LearningRate = null, Epochs = 12 };
        var curve = LearningRateFinder.Run(Small.Model(), Small.Loss, options, Samples);
        Assert.InRange(curve.Suggestion!.Value, least, most);
        Assert.True(curve.Steepest < curve.AtLowestLoss, $"{curve.Steepest} {curve.AtLowestLoss}");
        var fit = new Trainer(Small.Model(), Small.Loss, options with { LearningRate = (float)curve.Suggestion }).Fit(Samples);
        Assert.True(fit.TrainLoss < 0.6 * curve.Losses[0], $"{fit.TrainLoss} from {curve.Losses[0]}");
    }

    [Fact]
    public void A_loss_that_nothing_lowers_has_no_suggestion_and_the_doctor_says_why()
    {
        // Features that were lost on the way: all of them zero, with balanced classes.
        var empty = Dataset.From(new float[600 * Small.Features], [Small.Features], Enumerable.Range(0, 600).Select(static i => i % Small.Classes).ToArray());
        var model = new Sequential(("out", new Dense(Small.Classes))).Build(Shape.Batch(Small.Features));
        var curve = LearningRateFinder.Run(model, Small.Loss, Small.Options with { Validation = 0, Standardize = false }, empty, new RateSearchOptions { Highest = 0.1 });
        Assert.Null(curve.Suggestion);
        Assert.Contains(Doctor.Examine(new Patient { Model = model, RateSweep = curve.Sweep }).Findings, static finding => finding.Code == "EK1106");
    }

    [Fact]
    public void A_ramp_that_diverges_ends_early()
    {
        var curve = LearningRateFinder.Run(Small.Model(normalization: Layers.Models.NormalizationKind.None), Small.Loss, Small.Options, Samples, new RateSearchOptions { Highest = 1e4 });
        Assert.True(curve.Diverged);
        Assert.True(curve.LearningRates.Length < 200);
    }

    [Fact]
    public void The_chart_carries_both_curves_and_the_suggestion()
    {
        var chart = LearningRateFinder.Run(Small.Model(), Small.Loss, Small.Options, Samples).ToChart();
        Assert.Equal(3, chart.Series.Count);
        Assert.Contains("suggestion", SvgRenderer.Render(chart), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1, 100)]
    [InlineData(1, 0.1, 100)]
    [InlineData(0.1, 1, 5)]
    public void A_ramp_out_of_range_is_refused(double lowest, double highest, int steps) =>
        Assert.Equal("EK0502", Assert.Throws<TrainingException>(() => LearningRateFinder.Run(Small.Model(), Small.Loss, Small.Options, Samples, new RateSearchOptions { Lowest = lowest, Highest = highest, Steps = steps })).Code);
}
