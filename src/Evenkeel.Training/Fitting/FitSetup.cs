using Evenkeel.Data.Augmentation;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Data.Tables;
using Evenkeel.Data.Transforms;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Losses;
using Evenkeel.Numerics.Packs;
using Evenkeel.Optimization.Schedules;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Decoupled;

namespace Evenkeel.Training.Fitting;

/// <summary>What a fit works with, after all options are resolved.</summary>
internal sealed class FitSetup
{
    private const int LeastEvaluationBatch = 256;

    // [H, W, C]: every channel of an image has statistics of its own.
    private const int ImageRank = 3;

    public FitSetup(Model model, Loss loss, TrainerOptions options, Dataset train, Dataset? test, Checkpoint? resumed, CancellationToken cancellation)
    {
        options.Check();
        DataCheck.Run(model, loss, train);
        if (test is not null) DataCheck.Run(model, loss, test);
        DataCheck.Metrics(options.Metrics, train);
        Model = model;
        Loss = loss;
        Options = options;
        HasAccuracy = loss.Apply(model.Output).Correct is not null;
        if (options.Monitor == Monitor.ValidationAccuracy && !HasAccuracy)
            throw TrainingErrors.BadOption(nameof(options.Monitor), options.Monitor, "ValidationLoss", $"The loss '{loss.Name}' does not count correct answers.");

        TrainingLoss = loss;
        if (options.Mixing is not null)
        {
            if (loss is not SoftmaxCrossEntropy) throw TrainingErrors.BadOption(nameof(options.Mixing), options.Mixing, "none", $"The loss '{loss.Name}' takes no mixtures of classes; softmax_cross_entropy does.");
            TrainingLoss = new SoftCrossEntropy();
        }

        var (training, validation) = Parts(train, options);
        var transforms = options.Transforms;
        if (resumed is not null) transforms = resumed.Info.Transforms;
        else if (options.Standardize) transforms = transforms.Then(Measure(train, transforms.Over(training), cancellation));
        TargetScaling = resumed is not null ? resumed.Info.TargetScaling : options.StandardizeTargets && train.Target.Kind == TargetKind.Values ? TargetScaling.Measure(training) : null;
        Training = transforms.Over(TargetScaling?.Over(training) ?? training);
        Validation = validation is null ? null : transforms.Over(validation);
        Test = test is null ? null : transforms.Over(test);

        BatchSize = Math.Min(options.BatchSize, training.Count);
        if (options.Accumulate == 1 || options.AccumulatedStatistics == AccumulatedStatistics.Averaged) TrainingPlan.Require(model, BatchSize);
        DropsSingle = training.Count > 1 && training.Count % BatchSize == 1 && (NeedsBatches(model) || options.Decoupled is not null);
        LoaderOptions = new LoaderOptions { BatchSize = BatchSize, Seed = options.Seed, DropLast = DropsSingle, Shuffle = options.Shuffle };
        BatchesPerEpoch = new Loader(Training, LoaderOptions).BatchesPerEpoch;
        StepsPerEpoch = (BatchesPerEpoch + options.Accumulate - 1) / options.Accumulate;
        TotalSteps = options.Smoke ? 2 : options.Steps ?? checked((long)options.Epochs * StepsPerEpoch);
        TotalEpochs = checked((int)((TotalSteps + StepsPerEpoch - 1) / StepsPerEpoch));
        Schedule = options.Schedule(options.Rate, TotalSteps);
        if (Schedule.HeedsValidations && Validation is null) throw TrainingErrors.NothingToHeed(Schedule.Name);
        EvaluationBatch = Math.Max(BatchSize, LeastEvaluationBatch);
        MostEvaluationBatches = options.Smoke ? 1 : int.MaxValue;
        Width = options.Width != 0 ? options.Width : FitConfiguration.StoredWidth(resumed?.Info.TrainerJson) ?? PackWidths.Widest;
        TrainerJson = FitConfiguration.Write(this, train);
        Info = new CheckpointInfo
        {
            Loss = loss.Name,
            Transforms = transforms,
            SampleShape = train.Shape,
            ClassNames = train.Target.ClassNames,
            Table = (train as TableDataset)?.Schema,
            TargetScaling = TargetScaling,
            Dataset = train.Name,
            Seed = options.Seed,
            TrainerJson = TrainerJson,
        };
    }

    public Model Model { get; }

    public Loss Loss { get; }

    /// <summary>What a step makes small: the loss, or its form for mixtures of classes.</summary>
    public Loss TrainingLoss { get; }

    public TrainerOptions Options { get; }

    public bool HasAccuracy { get; }

    public Dataset Training { get; }

    public Dataset? Validation { get; }

    public Dataset? Test { get; }

    /// <summary>What training does to target values; validation and test measure in the units of the data. Null for nothing.</summary>
    public TargetScaling? TargetScaling { get; }

    public int BatchSize { get; }

    /// <summary>Whether the last batch of an epoch is left out because a single sample has no batch statistics.</summary>
    public bool DropsSingle { get; }

    public LoaderOptions LoaderOptions { get; }

    public int BatchesPerEpoch { get; }

    /// <summary>Fewer than <see cref="BatchesPerEpoch"/> where several batches make a step.</summary>
    public int StepsPerEpoch { get; }

    public long TotalSteps { get; }

    public int TotalEpochs { get; }

    public Schedule Schedule { get; }

    public int EvaluationBatch { get; }

    public int MostEvaluationBatches { get; }

    public int Width { get; }

    public string TrainerJson { get; }

    public CheckpointInfo Info { get; }

    public bool MonitorsAccuracy => Options.Monitor == Monitor.ValidationAccuracy || (Options.Monitor == Monitor.Auto && HasAccuracy);

    /// <summary>Compiles what steps, as the options say: one plan, or segments.</summary>
    /// <param name="plans">Capacity, team, width, seed.</param>
    /// <exception cref="TrainingException">EK0854: segments cannot accumulate. EK0850..EK0856: as <see cref="DecoupledProgram.Compile"/>.</exception>
    public TrainingProgram CreateProgram(PlanOptions plans)
    {
        var method = Options.AverageDecay is { } decay ? new WeightAverage(Options.Optimizer, decay) : Options.Optimizer;
        if (Options is { Decoupled: not null, Accumulate: > 1 and var batches }) throw DecoupledErrors.BadOption(nameof(TrainerOptions.Accumulate), TrainingErrors.Invariant($"{batches}"), "1, since segments update with every batch");
        TrainingProgram program = Options.Decoupled is { } decoupled
            ? DecoupledProgram.Compile(Model, TrainingLoss, method, decoupled, plans)
            : TrainingPlan.Compile(Model, TrainingLoss, method, plans);
        program.Clipping = Options.Clipping;
        return program;
    }

    /// <summary>What changes training samples; null where nothing does.</summary>
    /// <param name="workers">How many threads run pieces.</param>
    public Augmenter? CreateAugmenter(int workers) => Options.Augmentations.IsEmpty ? null : new Augmenter(Options.Augmentations, Training.Shape, Options.Seed, workers);

    /// <summary>What mixes training samples; null where nothing does.</summary>
    /// <param name="workers">How many threads run pieces.</param>
    public SampleMixer? CreateMixer(int workers) => Options.Mixing is { } mixing ? new SampleMixer(mixing, Training, CreateAugmenter(workers), ((SoftmaxCrossEntropy)Loss).LabelSmoothing, Options.Seed, workers) : null;

    private static ITransform Measure(Dataset train, Dataset training, CancellationToken cancellation) => train is TableDataset table
        ? ColumnStandardization.Measure(training, table.Schema, cancellation)
        : Standardization.Measure(training, perChannel: train.Shape.Rank == ImageRank, cancellation);

    private static (Dataset Training, Dataset? Validation) Parts(Dataset train, TrainerOptions options)
    {
        if (options.Overfit > 0) return (options.Overfit < train.Count ? train.HoldOut(options.Overfit, options.Seed).Second : train, null);
        if (options.Validation == 0) return (train, null);
        var split = train.HoldOut(options.Validation, options.Seed);
        return (split.First, split.Second);
    }

    private static bool NeedsBatches(Model model) =>
        model.Nodes.Any(static node => node is RecurrentNode { Statistics.Count: > 0 } || (node is BatchNormNode { NeedsBatchStatistics: true } norm && norm.Input.Shape.RowsPerSample == 1));
}
