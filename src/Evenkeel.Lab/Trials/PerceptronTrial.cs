using System.Collections.Immutable;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Workloads;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.Optimization.Optimizers;

namespace Evenkeel.Lab.Trials;

/// <summary>What becomes of pixels in [0, 1].</summary>
public enum PixelScale
{
    /// <summary>1 above one half, else 0.</summary>
    Binary,

    /// <summary>They stay.</summary>
    Unit,

    /// <summary>One half is subtracted.</summary>
    Centered,

    /// <summary>Mean 0 and deviation 1 over the training samples.</summary>
    Standardized,
}

/// <summary>A multilayer perceptron, trained on one thread at a constant rate, evaluated and looked at on the way.</summary>
/// <remarks>
/// Series: <c>accuracy</c>, <c>loss</c> on the evaluation part and <c>train_loss</c> (mean since the last one), one number per checkpoint; <c>refused</c>, the steps that were not finite; <c>diverged</c>, 1 where the run was ended because of its loss;
/// <c>weight_norm</c>, and <c>gamma</c>, <c>beta</c>, <c>mean</c>, <c>deviation</c> of the last normalisation, at the end;
/// with probes also those of <see cref="UnitDrift"/> over the inputs of the last hidden layer's nonlinearities.
/// </remarks>
public sealed record PerceptronTrial : Trial
{
    private const int ReportEvery = 100;

    // A run whose loss is twice that of a guess after this many steps has diverged; its last accuracy stands for the rest of it.
    private const int Patience = 1000;
    private const double DivergedLoss = 2;

    /// <summary>The inputs of the last hidden layer are looked at on this many samples.</summary>
    public const int ProbeSamples = 1000;

    /// <summary>The dataset. Default MNIST.</summary>
    public string Data { get; init; } = Mnist.Name;

    /// <summary>What becomes of the pixels. Default 0 or 1.</summary>
    public PixelScale Pixels { get; init; }

    /// <summary>How many training samples are used, drawn by the seed; 0 for all. Default 0.</summary>
    public int Samples { get; init; }

    /// <summary>Held-out training samples that stand in for the test part; 0 to use the test part. Default 0.</summary>
    public int HeldOut { get; init; }

    /// <summary>Units of the hidden layers.</summary>
    public ImmutableArray<int> Hidden { get; init; } = [100, 100, 100];

    /// <summary>The nonlinearity. Default sigmoid.</summary>
    public string Activation { get; init; } = "sigmoid";

    /// <summary>Whether every hidden layer is batch-normalised before its nonlinearity.</summary>
    public required bool BatchNorm { get; init; }

    /// <summary>The switches of batch normalisation.</summary>
    public BatchNormOptions Normalization { get; init; } = BatchNormOptions.Default;

    /// <summary>The standard deviation of the first weights; null for the usual distributions of the nonlinearity. Default null.</summary>
    public float? Deviation { get; init; }

    /// <summary>The probability with which dropout behind every nonlinearity drops. Default 0.</summary>
    public float Dropout { get; init; }

    /// <summary>The optimizer's name. Default sgd.</summary>
    public string Optimizer { get; init; } = "sgd";

    /// <summary>Momentum of sgd, beta 1 of the Adams. Default 0, plain descent.</summary>
    public float Momentum { get; init; }

    /// <summary>Weight decay. Default 0.</summary>
    public float WeightDecay { get; init; }

    /// <summary>The learning rate, constant.</summary>
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
    public override RunKey Key => new RunKey("perceptron", 2)
        .Add("pixels", Pixels).Add("samples", Samples).Add("held_out", HeldOut).Add("hidden", Hidden).Add("activation", Activation).Add("batch_norm", BatchNorm)
        .Add("normalization", Network.Words(Normalization)).Add("deviation", Deviation ?? float.NaN).Add("dropout", Dropout).Add("optimizer", Optimizer).Add("momentum", Momentum)
        .Add("weight_decay", WeightDecay).Add("rate", Rate).Add("batch_size", BatchSize).Add("steps", Steps).Add("seed", Seed)
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
        BatchNorm = Normalization,
        Dropout = Dropout,
        WeightInitializer = Deviation is { } deviation ? new Normal(deviation) : null,
    }).Build(Shape.Batch(features), Seed);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double[]> Run(TrialContext context) => Run(context, out _);

    internal IReadOnlyDictionary<string, double[]> Run(TrialContext context, out Model model)
    {
        var (training, evaluated) = Parts(context.Data!);
        model = Build(training.Shape.Length, training.Target.ClassCount);
        var loss = new SoftmaxCrossEntropy();
        using var plan = TrainingPlan.Compile(model, loss, OptimizerTable.Create(Optimizer, new OptimizerOptions { Momentum = Momentum, WeightDecay = WeightDecay }), new PlanOptions { Capacity = BatchSize, Threads = 1, Seed = Seed });
        plan.LearningRate = Rate;
        using var test = Checkpoints.IsEmpty ? null : new TestPart(model, evaluated);

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
                var (accuracy, mean) = test!.Measure();
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

        var series = new Dictionary<string, double[]>(StringComparer.Ordinal)
        {
            ["accuracy"] = [.. accuracies],
            ["loss"] = [.. losses],
            ["train_loss"] = [.. trainLosses],
            ["refused"] = [refused],
            ["diverged"] = [diverged ? 1 : 0],
        };
        if (drift.Count > 0) drift.AddTo(series);
        AddLast(series, model);
        return series;
    }

    internal (Dataset Training, Dataset Evaluated) Parts(DatasetParts data)
    {
        var (training, evaluated) = (data.Training, data.Test);
        if (HeldOut > 0) (training, evaluated) = training.HoldOut(Math.Min(HeldOut, Math.Max(1, training.Count / 4)), Seed);
        if (Samples > 0 && Samples < training.Count) training = training.HoldOut(Samples, Seed).Second;
        var transform = WorkloadData.Transform(Pixels, training, training.Count);
        return transform is null ? (training, evaluated) : (training.With(transform), evaluated.With(transform));
    }

    /// <summary>The weights' norm, and what the last normalisation has learnt and gathered.</summary>
    private static void AddLast(Dictionary<string, double[]> series, Model model)
    {
        series["weight_norm"] = [Math.Sqrt(model.ParameterNodes.Where(static node => node.Decays).Sum(node => Square(model.Parameters[node.Name].Span)))];
        if (model.Nodes.OfType<BatchNormNode>().LastOrDefault() is not { HasGamma: true, HasBeta: true } last) return;
        var weight = model.States[last.RunningWeight.Producer.Name].Span[0];
        series["gamma"] = Widen(model.Parameters[last.Gamma!.Producer.Name].Span);
        series["beta"] = Widen(model.Parameters[last.Beta!.Producer.Name].Span);
        series["mean"] = [.. model.States[last.RunningMean.Producer.Name].ToArray().Select(value => value / weight)];
        series["deviation"] = [.. model.States[last.RunningVariance.Producer.Name].ToArray().Select(value => Math.Sqrt(value / weight))];
    }

    private static double Square(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += (double)value * value;
        return sum;
    }

    private static double[] Widen(ReadOnlySpan<float> values)
    {
        var wide = new double[values.Length];
        for (var i = 0; i < wide.Length; i++) wide[i] = values[i];
        return wide;
    }

    private static void FillInOrder(Evenkeel.Engine.BatchSlot slot, Dataset data)
    {
        slot.Count = Math.Min(ProbeSamples, data.Count);
        for (var i = 0; i < slot.Count; i++) data.Read(i, slot.Features.Slice(i * slot.FeaturesPerSample, slot.FeaturesPerSample));
    }
}
