using System.Collections.Immutable;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Data.Transforms;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Workloads;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Optimization.Optimizers;

namespace Evenkeel.Lab.Trials;

/// <summary>A small convolutional network on a part of CIFAR-10, trained on one thread by plain descent at a constant rate, evaluated and looked at on the way.</summary>
/// <remarks>
/// 3x3 convolutions, each with normalisation, rectifier and 2x2 maximum pooling, then a linear layer, or VGG-A at some width; Glorot's first weights, standardised pixels, no augmentation.
/// Series, one number per checkpoint: <c>accuracy</c> on fixed training samples and <c>test_accuracy</c>, both as in inference, <c>train_loss</c> (mean since the last one); <c>refused</c>, the steps that were not finite.
/// With probes also those of <see cref="GradientProbes"/> for the middle and the last layer's weights, and <c>drift</c>: how far a unit's mean and deviation before the last rectifier moved since the probe before, in deviations, on fixed samples, mean over units.
/// </remarks>
public sealed record ConvolutionTrial : Trial
{
    private const int ReportEvery = 20;
    private const float LeastLength = 0.5f, MostLength = 4;

    /// <summary>The dataset. Default CIFAR-10.</summary>
    public string Data { get; init; } = Cifar10.Name;

    /// <summary>How many training samples are used, drawn by the seed. Default 10,000.</summary>
    public int Samples { get; init; } = 10_000;

    /// <summary>How many training and test samples are evaluated on. Default 1,000.</summary>
    public int EvaluationSamples { get; init; } = 1000;

    /// <summary>How the network is built: <see cref="Architecture.Convolutional"/> (default) or <see cref="Architecture.Vgg"/>.</summary>
    public Architecture Architecture { get; init; } = Architecture.Convolutional;

    /// <summary>Filters of the convolutions, and for VGG also the units of the dense layers.</summary>
    public ImmutableArray<int> Filters { get; init; } = [16, 32, 64];

    /// <summary>What normalises, a name of <see cref="NormTable"/>.</summary>
    public required string Normalization { get; init; }

    /// <summary>The learning rate. Default 0.1.</summary>
    public float Rate { get; init; } = 0.1f;

    /// <summary>Samples per batch. Default 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>How many steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Of first weights, order and samples.</summary>
    public required ulong Seed { get; init; }

    /// <summary>After which steps the network is evaluated, rising.</summary>
    public ImmutableArray<int> Checkpoints { get; init; } = [];

    /// <summary>At which steps, counted from 0, the landscape is looked at, rising. Looking changes no bit of the run.</summary>
    public ImmutableArray<int> Probes { get; init; } = [];

    /// <inheritdoc/>
    public override string Dataset => Data;

    /// <inheritdoc/>
    public override long Work => Steps;

    /// <inheritdoc/>
    public override RunKey Key => Architecture == Architecture.Convolutional ? Settings : Settings.Add("architecture", Architecture);

    // What came later stands in the key where it is used, so that the keys of older runs stay.
    private RunKey Settings => new RunKey("convolution", 2)
        .Add("samples", Samples).Add("evaluation_samples", EvaluationSamples).Add("filters", Filters).Add("normalization", Normalization).Add("rate", Rate)
        .Add("batch_size", BatchSize).Add("steps", Steps).Add("seed", Seed).Add("checkpoints", Checkpoints).Add("probes", Probes);

    /// <summary>The untrained network.</summary>
    /// <param name="image">The shape of a sample; grey images may leave the channel out.</param>
    /// <param name="classes">Outputs.</param>
    public Model Build(ReadOnlySpan<int> image, int classes)
    {
        var network = new Network { Architecture = Architecture, Widths = Filters, Norm = Normalization, FirstWeights = "glorot" };
        return network.Create(classes).Build(image.Length == 2 ? Shape.Batch(image[0], image[1], 1) : Shape.Batch(image), Seed);
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double[]> Run(TrialContext context)
    {
        var data = context.Data!;
        var chosen = Samples < data.Training.Count ? data.Training.HoldOut(Samples, Seed).Second : data.Training;
        var pixels = Standardization.Measure(chosen);
        var (training, test) = (chosen.With(pixels), data.Test.With(pixels));
        var model = Build(training.Shape.Dimensions, training.Target.ClassCount);
        var loss = new SoftmaxCrossEntropy();
        var options = new PlanOptions { Capacity = BatchSize, Threads = 1, Seed = Seed };
        using var plan = TrainingPlan.Compile(model, loss, new Sgd(), options);
        plan.LearningRate = Rate;
        using var fit = new TestPart(model, training.Take(Math.Min(EvaluationSamples, training.Count)));
        using var unseen = new TestPart(model, test.Take(Math.Min(EvaluationSamples, test.Count)));
        using var probes = new GradientProbes(model, loss, [FormattableString.Invariant($"conv{(Filters.Length + 1) / 2}.weight"), "output.weight"], Rate, LeastLength, MostLength, options);
        using var drift = new MomentDrift(model, training, options);

        var loader = new Loader(training, new LoaderOptions { BatchSize = BatchSize, Seed = Seed, DropLast = true });
        var (batch, slot) = (loader.CreateSlot(), plan.CreateSlot());
        List<double> accuracies = [], testAccuracies = [], losses = [];
        var (refused, sum, count, reported, probed) = (0, 0.0, 0, 0, 0);
        for (var step = 0; step < Steps; step++)
        {
            loader.Next(batch);
            slot.Count = batch.Count;
            batch.Assemble(0, 1, slot.Features, slot.Labels);
            if (probed < Probes.Length && Probes[probed] == step)
            {
                slot.Features.CopyTo(probes.Slot.Features);
                slot.Labels.CopyTo(probes.Slot.Labels);
                probes.Slot.Count = slot.Count;
                probes.Before(step, plan.Attempts);
                drift.Look(plan.Attempts);
                probed++;
            }

            var result = plan.Step(slot);
            probes.After();
            if (!result.Committed) refused++;
            (sum, count) = (sum + result.Loss, count + 1);
            if (accuracies.Count < Checkpoints.Length && Checkpoints[accuracies.Count] == step + 1)
            {
                accuracies.Add(fit.Measure().Accuracy);
                testAccuracies.Add(unseen.Measure().Accuracy);
                losses.Add(sum / count);
                (sum, count) = (0, 0);
            }

            if ((step + 1) % ReportEvery != 0 && step + 1 != Steps) continue;
            context.Advance(step + 1 - reported);
            reported = step + 1;
        }

        var series = new Dictionary<string, double[]>(StringComparer.Ordinal) { ["accuracy"] = [.. accuracies], ["test_accuracy"] = [.. testAccuracies], ["train_loss"] = [.. losses], ["refused"] = [refused] };
        probes.AddTo(series);
        series["drift"] = drift.Values;
        return series;
    }
}
