using System.Collections.Immutable;
using Evenkeel.Data.Augmentation;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Data.Transforms;
using Evenkeel.Engine;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Runs;
using Evenkeel.Layers;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Optimization.Schedules;
using Evenkeel.Training.Evaluation;

namespace Evenkeel.Lab.Workloads;

/// <summary>What an Inception network is and how it is trained: normalisation, and the seven changes of section 4.2.1 as switches, all off for the original.</summary>
/// <remarks>Ioffe and Szegedy, arXiv 1502.03167, section 4.2.1.</remarks>
public sealed record InceptionRecipe
{
    /// <summary>Whether every nonlinearity's input is normalised. Default no.</summary>
    public bool Normalized { get; init; }

    /// <summary>The nonlinearity. Default relu.</summary>
    public string Activation { get; init; } = "relu";

    /// <summary>Change 1, the learning rate: how many times that of the original. Default 1.</summary>
    public float RateFactor { get; init; } = 1;

    /// <summary>Change 2: no dropout in front of the last layer, which has 0.4 in the original.</summary>
    public bool WithoutDropout { get; init; }

    /// <summary>Change 3: a fifth of the weight decay.</summary>
    public bool LessDecay { get; init; }

    /// <summary>Change 4: the rate falls six times as fast.</summary>
    public bool FasterFall { get; init; }

    /// <summary>Change 5: no local response normalisation behind the first layers.</summary>
    public bool WithoutResponseNorm { get; init; }

    /// <summary>Change 6: a new order in every epoch; batches hold the same samples in all of them otherwise.</summary>
    public bool MoreShuffling { get; init; }

    /// <summary>Change 7: brightness, contrast and saturation are moved by a quarter as much.</summary>
    public bool LessDistortion { get; init; }

    /// <summary>The same with all seven changes.</summary>
    /// <param name="rateFactor">Of change 1.</param>
    public InceptionRecipe Accelerated(float rateFactor) => this with { Normalized = true, RateFactor = rateFactor, WithoutDropout = true, LessDecay = true, FasterFall = true, WithoutResponseNorm = true, MoreShuffling = true, LessDistortion = true };

    internal RunKey AddTo(RunKey key) => key.Add("normalized", Normalized).Add("activation", Activation).Add("rate_factor", RateFactor).Add("without_dropout", WithoutDropout).Add("less_decay", LessDecay)
        .Add("faster_fall", FasterFall).Add("without_response_norm", WithoutResponseNorm).Add("more_shuffling", MoreShuffling).Add("less_distortion", LessDistortion);
}

/// <summary>BN-Inception for 32 x 32, or Inception without normalisation, trained by a recipe and evaluated on the way.</summary>
/// <remarks>
/// Series: <c>step</c>, <c>accuracy</c> (single crop) and <c>train_loss</c> per checkpoint; <c>refused</c>; <c>views</c>, the accuracy over six views at the end, and <c>probabilities</c> with <c>labels</c>, the mean over those views, class by class, for ensembles.
/// </remarks>
internal sealed record InceptionTrial : Trial
{
    private const float Rate = 0.01f;
    private const float Momentum = 0.9f;
    private const float Decay = 5e-4f;
    private const float Fall = 0.5f;
    private const float Jitter = 0.4f;
    private const int FallFactor = 6;
    private const int ReportEvery = 10;
    private const int MostRefused = 20;

    public required InceptionRecipe Recipe { get; init; }

    /// <summary>How many training samples, the first ones; 0 for all.</summary>
    public int Samples { get; init; }

    public int TestSamples { get; init; } = 1000;

    public int BatchSize { get; init; } = 32;

    public required int Steps { get; init; }

    public required ImmutableArray<int> Checkpoints { get; init; }

    public required ulong Seed { get; init; }

    public override string Dataset => Cifar10.Name;

    public override long Work => Steps;

    public override RunKey Key => Recipe.AddTo(new RunKey("inception", 2)).Add("samples", Samples).Add("test_samples", TestSamples).Add("batch_size", BatchSize).Add("steps", Steps).Add("checkpoints", Checkpoints).Add("seed", Seed);

    /// <summary>The network of a recipe.</summary>
    public static Sequential Network(InceptionRecipe recipe, int outputs)
    {
        var network = BnInception.CreateForCifar(new ModelOptions
        {
            Outputs = outputs,
            Normalization = recipe.Normalized ? NormalizationKind.Batch : NormalizationKind.None,
            Activation = recipe.Activation,
            Dropout = recipe.WithoutDropout ? 0 : 0.4f,

            // Over the inputs: over the outputs, the default, the reductions multiply the signal, and the network without normalisation overflows in its first steps.
            WeightInitializer = He.Normal,
        });
        if (recipe.WithoutResponseNorm) return network;

        // As in GoogLeNet: behind the first pooling, and behind the convolutions before the second one.
        List<NamedLayer> layers = [];
        foreach (var layer in network.Layers)
        {
            layers.Add(layer);
            if (layer.Name is "maxpool1" or "conv3.activation") layers.Add(($"{layer.Name}.response_norm", new LocalResponseNorm()));
        }

        return new Sequential([.. layers]);
    }

    public override IReadOnlyDictionary<string, double[]> Run(TrialContext context)
    {
        var (all, test) = (context.Data!.Training, context.Data.Test);
        var training = Samples > 0 && Samples < all.Count ? all.Take(Samples) : all;
        var transform = Standardization.Measure(training.Take(Math.Min(2000, training.Count)), perChannel: true);
        (training, test) = (training.With(transform), test.Take(Math.Min(TestSamples, test.Count)).With(transform));
        var model = Network(Recipe, training.Target.ClassCount).Build(Shape.Batch(training.Shape.Dimensions), Seed);
        var size = Math.Min(BatchSize, training.Count);
        var sgd = new Sgd { Momentum = Momentum, WeightDecay = Recipe.LessDecay ? Decay / 5 : Decay };
        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), sgd, new PlanOptions { Capacity = size, Threads = 1, Seed = Seed });
        using var part = new TestPart(model, test);
        var curve = new CheckpointSeries(part, null, null);
        var jitter = Recipe.LessDistortion ? Jitter / 4 : Jitter;
        var augmenter = new Augmenter([new PadCrop(training.Shape[0] / 8), new HorizontalFlip(), new ColorJitter(jitter, jitter, jitter)], training.Shape, Seed, 1);
        var loader = new Loader(training, new LoaderOptions { BatchSize = size, Seed = Seed, DropLast = true, Shuffle = Recipe.MoreShuffling });
        var (batch, slot) = (loader.CreateSlot(), plan.CreateSlot());

        // Half of the rate is left at the end of the original's run; a fall six times as fast leaves a sixty-fourth.
        var schedule = new ExponentialSchedule(Rate * Recipe.RateFactor, Steps, MathF.Pow(Fall, Recipe.FasterFall ? FallFactor : 1));
        var (refused, inRow, reported) = (0, 0, 0);
        for (var step = 1; step <= Steps && inRow < MostRefused; step++)
        {
            loader.Next(batch);
            slot.Count = batch.Count;
            batch.Assemble(0, 1, slot.Features, slot.Labels);
            augmenter.Apply(batch, 0, 1, slot.Features, 0);
            plan.LearningRate = schedule.LearningRateAt(step - 1);
            var result = plan.Step(slot);
            (refused, inRow) = result.Committed ? (refused, 0) : (refused + 1, inRow + 1);
            curve.Count(result.Loss);
            if (curve.Length < Checkpoints.Length && Checkpoints[curve.Length] == step) curve.Measure(step);
            if (step % ReportEvery != 0) continue;
            context.Advance(step - reported);
            reported = step;
        }

        if (curve.Length == 0) curve.Measure(Checkpoints[0]);
        var series = curve.ToSeries(Checkpoints);
        series["refused"] = [refused];
        var views = new ViewProbabilities(model, test, TestViews.Create("mirror-shift"));
        (series["views"], series["probabilities"], series["labels"]) = ([views.Accuracy], views.Values, views.Labels);
        return series;
    }
}
