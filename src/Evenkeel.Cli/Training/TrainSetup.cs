using System.Collections.Immutable;
using Evenkeel.Cli.Output;
using Evenkeel.Data.Augmentation;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Transforms;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.Optimization.Clipping;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Optimization.Schedules;
using Evenkeel.Training;
using Evenkeel.Training.Decoupled;
using Evenkeel.Training.Evaluation;
using Evenkeel.Training.Metrics;
using MeanAbsoluteError = Evenkeel.Training.Metrics.MeanAbsoluteError;

namespace Evenkeel.Cli.Training;

/// <summary>Turns settings and data into a model, its loss and a trainer's options.</summary>
internal static class TrainSetup
{
    /// <summary>The loss that smoothed labels belong to.</summary>
    public const string ClassLoss = "softmax_cross_entropy";

    private const double SgdWeightDecay = 5e-4;

    /// <summary>A network with its first values, and what its samples go through where the recipe says; null for what the settings say.</summary>
    public static (Model Model, TransformPipeline? Transforms) CreateModel(TrainSettings settings, Dataset training, CancellationToken cancellation)
    {
        var model = CreateModel(settings, training.Shape.Dimensions, Outputs(training.Target));
        return (model, RecipeTable.Find(settings.Recipe)?.Prepare(model, training, cancellation));
    }

    public static Model CreateModel(TrainSettings settings, ReadOnlySpan<int> shape, int outputs)
    {
        var network = ModelTable.Create(settings.Model, new ModelOptions
        {
            Outputs = outputs,
            Hidden = settings.Hidden,
            Activation = settings.Activation,
            Normalization = settings.Norm,
            BatchNorm = settings.Norm == NormTable.EvalNorm ? BatchNormOptions.Default with { SampleWeight = 1f / NormalizedTogether(settings) } : BatchNormOptions.Default,
            Dropout = (float)settings.Dropout,
            WeightInitializer = settings.Initializer is { } initializer ? NamedInitializers.Create(initializer) : null,
            Weights = Enum.Parse<WeightReparametrization>(settings.Weights, ignoreCase: true),
            DropConnect = (float)settings.DropConnect,
            StochasticDepth = (float)settings.StochasticDepth,
        });
        return new ModelConfiguration { InputShape = Shape.Batch(shape), Network = network, Seed = settings.Seed }.Build();
    }

    /// <summary>The loss that the target has where none is named.</summary>
    public static Loss CreateLoss(TargetSpec target) => target.Kind == TargetKind.ClassIndex ? new SoftmaxCrossEntropy() : new MeanSquaredError();

    public static Loss CreateLoss(TargetSpec target, TrainSettings settings)
    {
        var loss = settings.Loss is { } name ? LossTable.Create(name) : CreateLoss(target);
        return loss is SoftmaxCrossEntropy ? new SoftmaxCrossEntropy { LabelSmoothing = (float)settings.LabelSmoothing } : loss;
    }

    /// <summary>What is measured besides the loss and accuracy.</summary>
    /// <param name="target">What is foretold.</param>
    /// <param name="names">Null for the target's usual ones.</param>
    public static ImmutableArray<Metric> CreateMetrics(TargetSpec target, ImmutableArray<string>? names = null) =>
        names is { } chosen ? [.. chosen.Select(MetricTable.Create)]
        : target.Kind == TargetKind.Values ? [new DeterminationCoefficient(), new RootMeanSquaredError(), new MeanAbsoluteError()] : [];

    public static UpdateMethod CreateOptimizer(TrainSettings settings) =>
        OptimizerTable.Create(settings.Optimizer, new OptimizerOptions
        {
            Momentum = (float?)settings.Momentum,
            Nesterov = settings.Nesterov,
            WeightDecay = (float?)(settings.WeightDecay ?? (Descends(settings) ? SgdWeightDecay : null)),
            Regularization = CreateRegularization(settings),
        });

    public static Regularization CreateRegularization(TrainSettings settings) => new() { L1 = (float)settings.L1, MaximumNorm = (float?)settings.MaximumNorm ?? float.PositiveInfinity };

    public static TrainerOptions CreateOptions(TrainSettings settings, Dataset training, int threads, string? folder, TransformPipeline? transforms = null) => new()
    {
        Optimizer = RecipeTable.Find(settings.Recipe)?.CreateOptimizer(settings, settings.Steps ?? (long)settings.Epochs * ((training.Count + settings.BatchSize - 1) / settings.BatchSize)) ?? CreateOptimizer(settings),
        RecalibrateBatches = settings.Recalibrate ?? RecipeTable.Find(settings.Recipe)?.RecalibrationBatches ?? 0,
        Views = settings.Views is { } views ? TestViews.Create(views) : [],
        LearningRate = (float)LearningRateOf(settings),
        Clipping = settings.ClipNorm is { } norm ? new ClipByNorm((float)norm) : settings.ClipValue is { } value ? new ClipByValue((float)value) : settings.ClipAdaptive is { } share ? new AdaptiveClip((float)share) : null,
        AverageDecay = (float?)settings.AverageDecay,
        Decoupled = settings.Decoupled is { } decoupled ? DecouplingTable.Create(decoupled) : null,
        Augmentations = settings.Augmentation is { } augmentation ? AugmentationTable.Create(augmentation, training.Shape) : [],
        Mixing = settings.Mixup is { } mixup ? new Mixup((float)mixup) : settings.CutMix is { } cutMix ? new CutMix((float)cutMix) : null,
        Schedule = (rate, commits) => ScheduleTable.Create(settings.Schedule, rate, commits),
        BatchSize = settings.BatchSize,
        Accumulate = settings.Accumulate,
        AccumulatedStatistics = settings.ExactStatistics ? AccumulatedStatistics.Exact : AccumulatedStatistics.Averaged,
        Epochs = settings.Epochs,
        Steps = settings.Steps,
        Seed = settings.Seed,
        Threads = threads,
        Validation = settings.Validation ?? Defaults.Validation(settings, training.Count),
        EarlyStopping = settings.Patience is { } patience ? new EarlyStopping { Patience = patience } : null,
        // Binary pixels are the input of the batch-normalisation paper's experiment and stay 0 and 1.
        Transforms = transforms ?? (settings.Binarize ? new TransformPipeline(new Binarize()) : TransformPipeline.Identity),
        Standardize = transforms is null && !settings.Binarize,
        // Margins and probabilities have a scale of their own.
        StandardizeTargets = settings is { Target: not null, Loss: null or "mean_squared_error" or "mean_absolute_error" or "huber" },
        Metrics = CreateMetrics(training.Target, settings.Metrics),
        RunFolder = folder,
        Title = $"{settings.Dataset} {settings.Model}",
        CallerJson = settings.ToJson(),
        Smoke = settings.Smoke,
        Overfit = settings.Overfit,
    };

    /// <summary>What <c>--lr</c> leaves out: the optimizer's usual rate, a tenth of it for gradient descent without batch normalisation, which cannot bear as much.</summary>
    public static double LearningRateOf(TrainSettings settings) => settings.LearningRate
        ?? (double)(decimal)OptimizerTable.UsualLearningRate(settings.Optimizer) / (settings.Norm == "none" && Descends(settings) ? 10 : 1);

    public static string Describe(TrainSettings settings, Model model, Dataset training)
    {
        var network = settings.From is null ? DescribeNetwork(settings, training) : $"network of {settings.From}{(settings.KeepHead ? "" : ", new last layer")}{(settings.Freeze.IsEmpty ? "" : $", frozen: {string.Join(", ", settings.Freeze)}")}";
        return Words.Invariant($"{network}, {Words.Count(model.Parameters.Elements)} parameters; {settings.Optimizer}, rate {LearningRateOf(settings)}, {settings.Schedule}, batches of {settings.BatchSize}{(settings.Accumulate > 1 ? Words.Invariant($", {settings.Accumulate} per step") : "")}{(settings.Augmentation is { } augmentation and not AugmentationTable.None ? $", {augmentation}" : "")}{(settings.Decoupled is { } decoupled ? $", decoupled by {decoupled}" : "")}, seed {settings.Seed}");
    }

    private static string DescribeNetwork(TrainSettings settings, Dataset training)
    {
        var sizes = settings.Model == "mlp" ? $" {string.Join('-', (int[])[training.Shape.Length, .. settings.Hidden, Outputs(training.Target)])}" : "";
        return $"{settings.Model}{sizes}{(settings.Activation is { } activation ? $" ({activation})" : "")}{(settings.Norm == "none" ? "" : $" with {settings.Norm} normalisation")}{(settings.Weights == TrainOptions.StoredWeights ? "" : $", {settings.Weights} weights")}";
    }

    /// <summary>Samples of a step that share statistics.</summary>
    private static int NormalizedTogether(TrainSettings settings) => settings.ExactStatistics ? settings.BatchSize * settings.Accumulate : settings.BatchSize;

    private static bool Descends(TrainSettings settings) => settings.Optimizer is "sgd" or "lookahead";

    public static int Outputs(TargetSpec target) => target.Kind == TargetKind.ClassIndex ? target.ClassCount : target.Width;
}
