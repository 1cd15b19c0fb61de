using System.Collections.Immutable;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Data.Transforms;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Runs;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.Optimization.Optimizers;

namespace Evenkeel.Lab.Trials;

/// <summary>A multilayer perceptron, trained on one thread at a constant rate, evaluated and looked at on the way.</summary>
/// <remarks>
/// Series: <c>accuracy</c>, <c>loss</c> on the evaluation part and <c>train_loss</c> (mean since the last one), one number per checkpoint; <c>refused</c>, the steps that were not finite; <c>diverged</c>, 1 where the run was ended because of its loss;
/// with probes also those of <see cref="UnitDrift"/> over the inputs of the last hidden layer's nonlinearities.
/// </remarks>
public sealed record PerceptronTrial : Trial
{
    private const int EvaluationBatch = 1000;
    private const int ReportEvery = 100;

    // A run whose loss is twice that of a guess after this many steps has diverged; its last accuracy stands for the rest of it.
    private const int Patience = 1000;
    private const double DivergedLoss = 2;

    /// <summary>The inputs of the last hidden layer are looked at on this many samples.</summary>
    public const int ProbeSamples = 1000;

    /// <summary>The dataset. Default MNIST.</summary>
    public string Data { get; init; } = Mnist.Name;

    /// <summary>Whether pixels become 0 or 1. Default yes.</summary>
    public bool Binary { get; init; } = true;

    /// <summary>Held-out training samples that stand in for the test part; 0 to use the test part. Default 0.</summary>
    public int HeldOut { get; init; }

    /// <summary>Units of the hidden layers.</summary>
    public ImmutableArray<int> Hidden { get; init; } = [100, 100, 100];

    /// <summary>The nonlinearity. Default sigmoid.</summary>
    public string Activation { get; init; } = "sigmoid";

    /// <summary>Whether every hidden layer is batch-normalised before its nonlinearity.</summary>
    public required bool BatchNorm { get; init; }

    /// <summary>The standard deviation of the first weights.</summary>
    public required float Deviation { get; init; }

    /// <summary>The rate of plain gradient descent.</summary>
    public required float Rate { get; init; }

    /// <summary>Samples per batch. Default 60.</summary>
    public int BatchSize { get; init; } = 60;

    /// <summary>How many steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Of first weights, order and held-out samples.</summary>
    public required ulong Seed { get; init; }

    /// <summary>After which steps the network is evaluated, rising.</summary>
    public ImmutableArray<int> Checkpoints { get; init; } = [];

    /// <summary>After which steps the inputs of the last nonlinearities are looked at, rising. Looking changes no bit of the run.</summary>
    public ImmutableArray<int> Probes { get; init; } = [];

    /// <inheritdoc/>
    public override string Dataset => Data;

    /// <inheritdoc/>
    public override long Work => Steps;

    /// <inheritdoc/>
    public override RunKey Key => new RunKey("perceptron", 1)
        .Add("binary", Binary).Add("held_out", HeldOut).Add("hidden", Hidden).Add("activation", Activation).Add("batch_norm", BatchNorm)
        .Add("deviation", Deviation).Add("rate", Rate).Add("batch_size", BatchSize).Add("steps", Steps).Add("seed", Seed)
        .Add("checkpoints", Checkpoints).Add("probes", Probes);

    /// <summary>The untrained network.</summary>
    /// <param name="features">Numbers per sample.</param>
    /// <param name="classes">Outputs.</param>
    public Model Build(int features, int classes) => Mlp.Create(new ModelOptions
    {
        Outputs = classes,
        Hidden = Hidden,
        Activation = Activation,
        Normalization = BatchNorm ? NormalizationKind.Batch : NormalizationKind.None,
        WeightInitializer = new Normal(Deviation),
    }).Build(Shape.Batch(features), Seed);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double[]> Run(TrialContext context) => Run(context, out _);

    internal IReadOnlyDictionary<string, double[]> Run(TrialContext context, out byte[] weights)
    {
        var (training, evaluated) = Parts(context.Data!);
        var model = Build(training.Shape.Length, training.Target.ClassCount);
        var loss = new SoftmaxCrossEntropy();
        using var plan = TrainingPlan.Compile(model, loss, new Sgd(), new PlanOptions { Capacity = BatchSize, Threads = 1, Seed = Seed });
        plan.LearningRate = Rate;
        using var evaluation = EvaluationPlan.Compile(model, loss, new PlanOptions { Capacity = EvaluationBatch, Threads = 1 });
        var slots = Checkpoints.IsEmpty ? [] : Slots(evaluation, evaluated);

        // The normalised value is the nonlinearity's input, as is the product with its bias where nothing normalises.
        var observed = model.Nodes.OfType<ActivationNode>().Last().Inputs[0];
        using var observation = ObservationPlan.Compile(model, [observed], training: false, new PlanOptions { Capacity = ProbeSamples, Threads = 1 });
        if (!Probes.IsEmpty) FillInOrder(observation.Slot, evaluated);
        var drift = new UnitDrift(observed.Shape.Channels);

        var loader = new Loader(training, new LoaderOptions { BatchSize = BatchSize, Seed = Seed, DropLast = true });
        var (batch, slot) = (loader.CreateSlot(), plan.CreateSlot());
        List<double> accuracies = [], losses = [], trainLosses = [];
        var (refused, lossSum, lossCount, reported, diverged) = (0, 0.0, 0, 0, false);
        for (var step = 1; step <= Steps && !diverged; step++)
        {
            loader.Next(batch);
            slot.Count = batch.Count;
            batch.Assemble(0, 1, slot.Features, slot.Labels);
            var result = plan.Step(slot);
            if (!result.Committed) refused++;
            (lossSum, lossCount) = (lossSum + result.Loss, lossCount + 1);
            if (accuracies.Count < Checkpoints.Length && Checkpoints[accuracies.Count] == step)
            {
                var (accuracy, mean) = Evaluate(evaluation, slots);
                accuracies.Add(accuracy);
                losses.Add(mean);
                trainLosses.Add(lossSum / lossCount);
                (lossSum, lossCount) = (0, 0);
                diverged = step >= Patience && !(trainLosses[^1] <= DivergedLoss * Math.Log(training.Target.ClassCount));
            }

            if (drift.Count < Probes.Length && Probes[drift.Count] == step)
            {
                observation.Run(observation.Slot);
                drift.Add(step, observation.Read(observed), observation.Slot.Count);
            }

            if (step % ReportEvery != 0 && step != Steps) continue;
            context.Advance(step - reported);
            reported = step;
        }

        context.Advance(Steps - reported);
        foreach (var values in (ReadOnlySpan<List<double>>)[accuracies, losses, trainLosses]) values.AddRange(Enumerable.Repeat(values.LastOrDefault(), Checkpoints.Length - values.Count));

        weights = System.Runtime.InteropServices.MemoryMarshal.AsBytes(model.Parameters.Span).ToArray();
        var series = new Dictionary<string, double[]>(StringComparer.Ordinal)
        {
            ["accuracy"] = [.. accuracies],
            ["loss"] = [.. losses],
            ["train_loss"] = [.. trainLosses],
            ["refused"] = [refused],
            ["diverged"] = [diverged ? 1 : 0],
        };
        if (drift.Count > 0) drift.AddTo(series);
        return series;
    }

    private (Dataset Training, Dataset Evaluated) Parts(DatasetParts data)
    {
        Dataset View(Dataset part) => Binary ? part.With(new Binarize()) : part;
        if (HeldOut == 0) return (View(data.Training), View(data.Test));
        var (rest, held) = data.Training.HoldOut(Math.Min(HeldOut, Math.Max(1, data.Training.Count / 4)), Seed);
        return (View(rest), View(held));
    }

    private static (double Accuracy, double Loss) Evaluate(EvaluationPlan plan, List<Evenkeel.Engine.BatchSlot> slots)
    {
        plan.Refresh();
        var (correct, count, loss) = (0, 0, 0.0);
        foreach (var slot in slots)
        {
            var result = plan.Run(slot);
            correct += result.Correct;
            count += result.Count;
            loss += (double)result.Loss * result.Count;
        }

        return ((double)correct / count, loss / count);
    }

    private static List<Evenkeel.Engine.BatchSlot> Slots(EvaluationPlan plan, Dataset data)
    {
        var slots = new List<Evenkeel.Engine.BatchSlot>();
        var loader = new Loader(data, new LoaderOptions { BatchSize = Math.Min(EvaluationBatch, data.Count), Shuffle = false });
        var batch = loader.CreateSlot();
        for (var i = 0; i < loader.BatchesPerEpoch; i++)
        {
            loader.Next(batch);
            var slot = plan.CreateSlot();
            slot.Count = batch.Count;
            batch.Assemble(0, 1, slot.Features, slot.Labels);
            slots.Add(slot);
        }

        return slots;
    }

    private static void FillInOrder(Evenkeel.Engine.BatchSlot slot, Dataset data)
    {
        slot.Count = Math.Min(ProbeSamples, data.Count);
        for (var i = 0; i < slot.Count; i++) data.Read(i, slot.Features.Slice(i * slot.FeaturesPerSample, slot.FeaturesPerSample));
    }
}
