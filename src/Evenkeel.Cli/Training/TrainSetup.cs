using System.Collections.Immutable;
using Evenkeel.Cli.Output;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Transforms;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Optimization.Schedules;
using Evenkeel.Training;

namespace Evenkeel.Cli.Training;

/// <summary>Turns settings and data into a model, its loss and a trainer's options.</summary>
internal static class TrainSetup
{
    private const int UsualValidation = 5_000;
    private const double SgdWeightDecay = 5e-4;

    public static Model CreateModel(TrainSettings settings, SampleShape shape, TargetSpec target) => CreateModel(settings, shape.Dimensions, Outputs(target));

    public static Model CreateModel(TrainSettings settings, ReadOnlySpan<int> shape, int outputs)
    {
        var network = ModelTable.Create(settings.Model, new ModelOptions
        {
            Outputs = outputs,
            Hidden = settings.Hidden,
            Activation = settings.Activation,
            Normalization = Normalizations[settings.Norm],
            Dropout = (float)settings.Dropout,
        });
        return new ModelConfiguration { InputShape = Shape.Batch(shape), Network = network, Seed = settings.Seed }.Build();
    }

    public static Loss CreateLoss(TargetSpec target) => LossTable.Create(target.Kind == TargetKind.ClassIndex ? "softmax_cross_entropy" : "mean_squared_error");

    public static UpdateMethod CreateOptimizer(TrainSettings settings) =>
        OptimizerTable.Create(settings.Optimizer, new OptimizerOptions { Momentum = (float?)settings.Momentum, WeightDecay = (float?)(settings.WeightDecay ?? (settings.Optimizer == "sgd" ? SgdWeightDecay : null)) });

    public static TrainerOptions CreateOptions(TrainSettings settings, Dataset training, int threads, string? folder) => new()
    {
        Optimizer = CreateOptimizer(settings),
        LearningRate = (float)LearningRateOf(settings),
        Schedule = (rate, commits) => ScheduleTable.Create(settings.Schedule, rate, commits),
        BatchSize = settings.BatchSize,
        Epochs = settings.Epochs,
        Steps = settings.Steps,
        Seed = settings.Seed,
        Threads = threads,
        Validation = settings.Validation ?? Math.Min(UsualValidation, training.Count / 10),
        EarlyStopping = settings.Patience is { } patience ? new EarlyStopping { Patience = patience } : null,
        // Binary pixels are the input of the batch-normalisation paper's experiment and stay 0 and 1.
        Transforms = settings.Binarize ? new TransformPipeline(new Binarize()) : TransformPipeline.Identity,
        Standardize = !settings.Binarize,
        RunFolder = folder,
        Title = $"{settings.Dataset} {settings.Model}",
        CallerJson = settings.ToJson(),
        Smoke = settings.Smoke,
        Overfit = settings.Overfit,
    };

    /// <summary>What <c>--lr</c> leaves out: the optimizer's usual rate, a tenth of it for gradient descent without batch normalisation, which cannot bear as much.</summary>
    public static double LearningRateOf(TrainSettings settings) => settings.LearningRate
        ?? (double)(decimal)OptimizerTable.UsualLearningRate(settings.Optimizer) / (settings is { Optimizer: "sgd", Norm: not "batch" } ? 10 : 1);

    public static string Describe(TrainSettings settings, Model model, Dataset training)
    {
        var sizes = settings.Model == "mlp" ? $" {string.Join('-', (int[])[training.Shape.Length, .. settings.Hidden, Outputs(training.Target)])}" : "";
        var norm = settings.Norm == "batch" ? " with batch normalisation" : "";
        return Words.Invariant($"{settings.Model}{sizes}{(settings.Activation is { } activation ? $" ({activation})" : "")}{norm}, {Words.Count(model.Parameters.Elements)} parameters; {settings.Optimizer}, rate {LearningRateOf(settings)}, {settings.Schedule}, batches of {settings.BatchSize}, seed {settings.Seed}");
    }

    /// <summary>The values of <c>--norm</c>.</summary>
    public static ImmutableSortedDictionary<string, NormalizationKind> Normalizations { get; } = ImmutableSortedDictionary.Create<string, NormalizationKind>(StringComparer.Ordinal)
        .Add("batch", NormalizationKind.Batch)
        .Add("none", NormalizationKind.None);

    private static int Outputs(TargetSpec target) => target.Kind == TargetKind.ClassIndex ? target.ClassCount : target.Width;
}
