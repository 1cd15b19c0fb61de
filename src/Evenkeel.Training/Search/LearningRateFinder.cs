using System.Collections.Immutable;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Work;
using Evenkeel.Optimization.Schedules;
using Evenkeel.Training.Diagnostics.Probing;
using Evenkeel.Training.Fitting;

namespace Evenkeel.Training.Search;

/// <summary>Finds the order of a good learning rate: one short training with a rate that rises exponentially (Smith, arXiv 1506.01186, section 3.3).</summary>
/// <remarks>
/// It trains a copy of the model with a plan of its own, so weights, running statistics, optimizer slots and counters of the model stay as they are to the bit; random numbers are functions of seed, name and attempt, so none are used up.
/// The same model, samples, options and width give the same curve, whatever the number of threads.
/// </remarks>
public static class LearningRateFinder
{
    // Four times the best loss is no noise any more.
    private const double Hopeless = 4;
    private const double LeastProgress = 0.02;
    private const double SafeShare = 0.1;

    /// <summary>Runs the ramp from the model's present values.</summary>
    /// <param name="model">The model; no plan of it may be running.</param>
    /// <param name="loss">What is made small.</param>
    /// <param name="options">How the fit will be: optimizer, batch size, accumulation, decoupling, seed, hold-out, transforms, augmentation, clipping. Its learning rate and schedule do not count.</param>
    /// <param name="train">The samples to train on.</param>
    /// <param name="search">The ramp; null for the defaults.</param>
    /// <param name="cancellation">Ends the ramp.</param>
    /// <exception cref="TrainingException">EK0502: an option is out of its range. EK0503: the samples do not fit the model.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static RateCurve Run(Model model, Loss loss, TrainerOptions options, Dataset train, RateSearchOptions? search = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(train);
        search ??= new RateSearchOptions();
        search.Check();
        var copy = ModelCopy.Of(model);
        var setup = new FitSetup(copy, loss, options with { EarlyStopping = null, Schedule = static (rate, _) => new ConstantSchedule(rate) }, train, null, null, cancellation);
        using var team = WorkTeam.Lease(options.Threads);
        using var plan = setup.CreateProgram(new PlanOptions { Capacity = setup.BatchSize, Team = team, Width = setup.Width, Seed = options.Seed });
        var feeder = new BatchFeeder(new Loader(setup.Training, setup.LoaderOptions), plan, team, setup.CreateAugmenter(team.Threads), setup.CreateMixer(team.Threads), options.Accumulate, options.AccumulatedStatistics);
        return Ramp(plan, feeder, search, cancellation);
    }

    private static RateCurve Ramp(TrainingProgram plan, BatchFeeder feeder, RateSearchOptions search, CancellationToken cancellation)
    {
        var (rates, losses, smoothed) = (ImmutableArray.CreateBuilder<double>(), ImmutableArray.CreateBuilder<double>(), ImmutableArray.CreateBuilder<double>());
        var keep = 1 - (1.0 / (search.Span ?? Math.Max(1, search.Steps / 20)));
        double sum = 0, weight = 0, best = double.PositiveInfinity;
        var diverged = false;
        for (var step = 0; step < search.Steps && !diverged; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            var rate = search.Lowest * Math.Pow(search.Highest / search.Lowest, (double)step / (search.Steps - 1));
            plan.LearningRate = (float)rate;
            var result = feeder.Step(last: step == search.Steps - 1);
            sum = (keep * sum) + ((1 - keep) * result.Loss);
            weight = (keep * weight) + (1 - keep);
            var mean = sum / weight;
            rates.Add(rate);
            losses.Add(result.Loss);
            smoothed.Add(mean);
            best = Math.Min(best, mean);
            diverged = !result.Committed || mean > Hopeless * best;
        }

        return Judge(rates.ToImmutable(), losses.ToImmutable(), smoothed.ToImmutable(), diverged);
    }

    private static RateCurve Judge(ImmutableArray<double> rates, ImmutableArray<double> losses, ImmutableArray<double> smoothed, bool diverged)
    {
        int lowest = 0, steepest = 0;
        var slope = double.PositiveInfinity;
        for (var i = 1; i < rates.Length; i++)
        {
            if (smoothed[i] < smoothed[lowest]) lowest = i;
            if (i + 1 < rates.Length && smoothed[i + 1] - smoothed[i - 1] < slope) (slope, steepest) = (smoothed[i + 1] - smoothed[i - 1], i);
        }

        return new RateCurve
        {
            LearningRates = rates,
            Losses = losses,
            Smoothed = smoothed,
            Diverged = diverged,
            AtLowestLoss = rates[lowest],
            Steepest = rates[steepest],
            Suggestion = smoothed[lowest] < (1 - LeastProgress) * smoothed[0] ? SafeShare * rates[lowest] : null,
        };
    }
}
