using System.Collections.Immutable;
using Evenkeel.Data.Augmentation;
using Evenkeel.Data.Transforms;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Optimization.Schedules;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Decoupled;
using Evenkeel.Training.Evaluation;
using Evenkeel.Training.Metrics;

namespace Evenkeel.Training;

/// <summary>Everything that can be chosen about a fit. Immutable; one object may serve several trainers.</summary>
public sealed record TrainerOptions
{
    /// <summary>How parameters follow gradients. Default <see cref="Adam"/>.</summary>
    public UpdateMethod Optimizer { get; init; } = new Adam();

    /// <summary>The highest learning rate, above 0. Null (default) for the optimizer's usual one: 0.001 for the Adams, 0.1 for Sgd.</summary>
    public float? LearningRate { get; init; }

    /// <summary>Makes the learning-rate schedule from the rate and the planned commits. Default a cosine with warm-up; <c>(_, _) =&gt; mine</c> sets one of your own.</summary>
    public ScheduleFactory Schedule { get; init; } = static (rate, commits) => new CosineSchedule(rate, commits, CosineSchedule.UsualWarmup(commits));

    /// <summary>A bound on the gradients of every step, for example <c>new ClipByNorm(1)</c>; null (default) for none.</summary>
    public GradientClipping? Clipping { get; init; }

    /// <summary>Trains layers apart from each other, each with an update of its own, for example by synthetic gradients (Jaderberg et al. 2016); null (default) for ordinary backpropagation.</summary>
    public DecoupledOptions? Decoupled { get; init; }

    /// <summary>Samples per step, at least 1. Default 128. The last batch of an epoch may be smaller; one of a single sample is left out where the model has batch normalisation.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Batches that make one step, at least 1 (default): their gradients are averaged and committed together, with the memory of one of them. The last step of an epoch may have fewer.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>What batch normalisation sees of accumulated batches. Default each by itself, with running statistics as of all of them; exact statistics cost further runs.</summary>
    public AccumulatedStatistics AccumulatedStatistics { get; init; } = AccumulatedStatistics.Averaged;

    /// <summary>Passes over the training samples, at least 1. Default 10. <see cref="Steps"/> wins over it.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Steps to take, skipped ones included; null (default) for <see cref="Epochs"/>.</summary>
    public long? Steps { get; init; }

    /// <summary>Decides the hold-out, the order of samples and dropout. Default 0. First weights come from the model's own seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>Threads, the caller included; 0 (default) for all cores. Never changes a bit of the result.</summary>
    public int Threads { get; init; }

    /// <summary>The pack width in bits: 512, 256, 128 or 32; 0 (default) for the widest of the hardware. Changes rounding.</summary>
    public int Width { get; init; }

    /// <summary>Samples to hold out of the training part for validation. Default 0, none: then the last weights are the result.</summary>
    public int Validation { get; init; }

    /// <summary>Whether every epoch takes the samples in a new order. Default true; false keeps the dataset's own order, which states that recurrent layers carry from batch to batch need (<see cref="Evenkeel.Layers.RecurrentOptions.CarriesState"/>): row i of a batch follows row i of the one before, and every epoch begins them at zero.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Steps between validations; 0 (default) for one after every epoch. There is always one at the end.</summary>
    public long ValidateEvery { get; init; }

    /// <summary>What tells the best weights. Default <see cref="Monitor.Auto"/>.</summary>
    public Monitor Monitor { get; init; } = Monitor.Auto;

    /// <summary>When to give up; null (default) for never. Needs <see cref="Validation"/>.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>Whether a finished fit ends with the weights of the best validation. Default true.</summary>
    public bool RestoreBest { get; init; } = true;

    /// <summary>What a running average of the weights keeps of itself in a commit, in (0, 1); null (default) for no average. 0.999 is usual, 0.99 for runs of few thousand commits.</summary>
    /// <remarks>
    /// Validation, best weights, test and result are then those of the average, with batch-normalisation statistics measured for it over <see cref="RecalibrateBatches"/> batches (32 where that is 0).
    /// The average lies in the checkpoints; a cancelled fit leaves the weights as trained in the model.
    /// </remarks>
    public float? AverageDecay { get; init; }

    /// <summary>Training batches whose population statistics replace the running ones at the end (Ioffe and Szegedy 2015, Algorithm 2); 0 (default) for none.</summary>
    public int RecalibrateBatches { get; init; }

    /// <summary>The most time that training may take, over all sessions of a resumed run; null (default) for no limit. The step in progress is finished.</summary>
    public TimeSpan? WallClockBudget { get; init; }

    /// <summary>Changes of the features before the model sees them; stored in checkpoints and applied by <see cref="Predictor"/>. Default none.</summary>
    public TransformPipeline Transforms { get; init; } = TransformPipeline.Identity;

    /// <summary>Whether features are brought to mean 0 and deviation 1, as measured over the training samples (after <see cref="Transforms"/>, without the hold-out); images <c>[H, W, C]</c> per channel, tables per column, with the mean where a number is missing. Default true.</summary>
    public bool Standardize { get; init; } = true;

    /// <summary>Whether target values are brought to mean 0 and deviation 1 for training, as measured over the training samples; metrics and <see cref="Predictor"/> give the units of the data. Default false. Changes nothing where the targets are classes.</summary>
    /// <remarks>Losses, those of validation and test too, are in units of the deviation.</remarks>
    public bool StandardizeTargets { get; init; }

    /// <summary>Random changes of training images, in order, after the transforms; validation and test see images as they are. Default none.</summary>
    /// <remarks>What happens to a sample is a function of seed, epoch and index.</remarks>
    public ImmutableArray<IAugmentation> Augmentations { get; init; } = [];

    /// <summary>Views in which the test samples are seen at the end, with averaged logits, for classifiers of images; see <see cref="TestViews"/>. Default none: they are seen once, as they are.</summary>
    public ImmutableArray<TestView> Views { get; init; } = [];

    /// <summary>Mixes training samples in pairs, classes included, after augmentation; validation and test see samples as they are. Null (default) for none. Needs <see cref="Evenkeel.Layers.Losses.SoftmaxCrossEntropy"/>, whose label smoothing holds for the mixtures.</summary>
    /// <remarks>What happens to a sample is a function of seed, epoch and index. Training accuracy has no meaning then and is not told.</remarks>
    public ISampleMixing? Mixing { get; init; }

    /// <summary>Where configuration, log, checkpoints and result go: a folder that is missing or empty. Null (default) for no files.</summary>
    public string? RunFolder { get; init; }

    /// <summary>What the run is, for its log. Default the dataset's name.</summary>
    public string? Title { get; init; }

    /// <summary>A JSON object of the caller's that goes into <c>config.json</c> under <c>"caller"</c>; null (default) for none.</summary>
    public string? CallerJson { get; init; }

    /// <summary>Time between checkpoints, besides those after every epoch. Default 30 s.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Steps between step events in the run log; skipped steps are always there. Default 10. Callbacks see every step.</summary>
    public int LogEvery { get; init; } = 10;

    /// <summary>Steps in a row that may be skipped because they were not finite, before training stops with EK0501. Default 10.</summary>
    public int MaximumSkips { get; init; } = 10;

    /// <summary>Called with typed events on the thread that runs the fit, in order. Default none.</summary>
    public ImmutableArray<Callback> Callbacks { get; init; } = [];

    /// <summary>Further metrics of validation and test; an instance belongs to one fit at a time. Default none: loss and accuracy are always there.</summary>
    public ImmutableArray<Metric> Metrics { get; init; } = [];

    /// <summary>Two steps, one batch of validation and one of test, to see that all parts fit. Default false.</summary>
    public bool Smoke { get; init; }

    /// <summary>Trains on so many samples without hold-out, to see that the model can learn at all; 0 (default) for a usual fit.</summary>
    public int Overfit { get; init; }

    /// <summary>Where time comes from. Default the system's clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    internal float Rate => LearningRate ?? OptimizerTable.UsualLearningRate(Optimizer.Name);

    internal void Check()
    {
        ArgumentNullException.ThrowIfNull(Optimizer);
        AtLeast(nameof(BatchSize), BatchSize, 1);
        AtLeast(nameof(Accumulate), Accumulate, 1);
        AtLeast(nameof(Epochs), Epochs, 1);
        if (Steps is { } steps) AtLeast(nameof(Steps), steps, 1);
        AtLeast(nameof(Threads), Threads, 0);
        AtLeast(nameof(Validation), Validation, 0);
        AtLeast(nameof(ValidateEvery), ValidateEvery, 0);
        AtLeast(nameof(RecalibrateBatches), RecalibrateBatches, 0);
        if (AverageDecay is { } decay && decay is not (> 0 and < 1)) throw TrainingErrors.BadOption(nameof(AverageDecay), decay, "a number in (0, 1)", "0.999 is usual; leave it out for no average.");
        Decoupled?.Check();
        AtLeast(nameof(LogEvery), LogEvery, 1);
        AtLeast(nameof(MaximumSkips), MaximumSkips, 1);
        AtLeast(nameof(Overfit), Overfit, 0);
        if (LearningRate is { } rate && (!float.IsFinite(rate) || rate <= 0)) throw TrainingErrors.BadOption(nameof(LearningRate), rate, "a finite number above 0", "0.001 suits Adam, 0.1 Sgd with batch normalisation.");
        if (LearningRate is null && !OptimizerTable.Names.Contains(Optimizer.Name))
            throw TrainingErrors.BadOption(nameof(LearningRate), "null", $"a number, since nobody knows the usual rate of '{Optimizer.Name}'", "Set the rate, or register the optimizer with OptimizerTable.Register.");
        if (CheckpointEvery <= TimeSpan.Zero) throw TrainingErrors.BadOption(nameof(CheckpointEvery), CheckpointEvery, "a time above 0", "30 seconds are usual.");
        if (WallClockBudget is { } budget && budget <= TimeSpan.Zero) throw TrainingErrors.BadOption(nameof(WallClockBudget), budget, "a time above 0", "Leave it out for no limit.");
        if (EarlyStopping is not { } stopping) return;
        AtLeast("EarlyStopping.Patience", stopping.Patience, 1);
        if (!(stopping.MinimumImprovement >= 0)) throw TrainingErrors.BadOption("EarlyStopping.MinimumImprovement", stopping.MinimumImprovement, "0 or more", "0 counts any improvement.");
        if (Validation == 0 && Overfit == 0) throw TrainingErrors.BadOption("EarlyStopping", "without validation", "Validation above 0", "Hold out some samples, 5,000 for instance.");
    }

    private static void AtLeast(string option, long came, long least)
    {
        if (came < least) throw TrainingErrors.BadOption(option, came, TrainingErrors.Invariant($"at least {least}"), "Correct the option.");
    }
}
