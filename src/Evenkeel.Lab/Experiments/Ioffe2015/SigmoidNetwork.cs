using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Statistics;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.Optimization.Optimizers;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>What one training run of the network is given.</summary>
internal sealed record SigmoidSetup(bool BatchNorm, float LearningRate, float Deviation, ulong Seed, int Steps, int Threads)
{
    /// <summary>Samples per mini-batch.</summary>
    public int BatchSize { get; init; } = 60;

    /// <summary>After which steps the test accuracy is taken, rising.</summary>
    public IReadOnlyList<int> Checkpoints { get; init; } = [];

    /// <summary>After which steps the inputs of the last sigmoids are looked at, rising.</summary>
    public IReadOnlyList<int> Probes { get; init; } = [];
}

/// <summary>The 15th, 50th and 85th percentile of the inputs of every sigmoid of the last hidden layer after one step; arrays over the units.</summary>
internal sealed record UnitPercentiles(int Step, double[] P15, double[] P50, double[] P85);

/// <summary>What one training run gave.</summary>
internal sealed record SigmoidRun(SigmoidSetup Setup, double[] Accuracy, IReadOnlyList<UnitPercentiles> Percentiles, int RefusedSteps, byte[] Weights);

/// <summary>The network of section 4.1: 784-100-100-100-10, sigmoids, plain gradient descent; trained, evaluated and looked at.</summary>
internal static class SigmoidNetwork
{
    private const int EvaluationBatch = 1000;

    /// <summary>The inputs of the last hidden layer are looked at on this many test images.</summary>
    public const int ProbeSamples = 1000;

    public static Model Build(SigmoidSetup setup, int features, int classes) => Mlp.Create(new ModelOptions
    {
        Outputs = classes,
        Activation = "sigmoid",
        Normalization = setup.BatchNorm ? NormalizationKind.Batch : NormalizationKind.None,
        WeightInitializer = new Normal(setup.Deviation),
    }).Build(Shape.Batch(features), setup.Seed);

    /// <summary>Trains; <paramref name="training"/> and <paramref name="test"/> are already binary.</summary>
    public static SigmoidRun Train(SigmoidSetup setup, Dataset training, Dataset test, Action<int>? onStep, CancellationToken cancellation)
    {
        var model = Build(setup, training.Shape.Length, training.Target.ClassCount);
        var loss = new SoftmaxCrossEntropy();
        using var plan = TrainingPlan.Compile(model, loss, new Sgd(), new PlanOptions { Capacity = setup.BatchSize, Threads = setup.Threads, Seed = setup.Seed });
        using var evaluation = EvaluationPlan.Compile(model, loss, new PlanOptions { Capacity = EvaluationBatch, Threads = setup.Threads });
        plan.LearningRate = setup.LearningRate;

        // Both networks: the normalised value is the sigmoid's input, as is the product with its bias where nothing normalises.
        var observed = model.Nodes.OfType<ActivationNode>().Last().Inputs[0];
        using var observation = ObservationPlan.Compile(model, [observed], training: false, new PlanOptions { Capacity = ProbeSamples, Threads = setup.Threads });
        if (setup.Probes.Count > 0) FillInOrder(observation.Slot, test, ProbeSamples);
        var testSlots = setup.Checkpoints.Count > 0 ? TestSlots(evaluation, test) : [];

        var loader = new Loader(training, new LoaderOptions { BatchSize = setup.BatchSize, Seed = setup.Seed, DropLast = true });
        var (batch, slot) = (loader.CreateSlot(), plan.CreateSlot());
        var accuracy = new List<double>();
        var percentiles = new List<UnitPercentiles>();
        var (refused, nextCheckpoint, nextProbe) = (0, 0, 0);
        for (var step = 1; step <= setup.Steps; step++)
        {
            loader.Next(batch);
            slot.Count = batch.Count;
            batch.Assemble(0, 1, slot.Features, slot.Labels);
            if (!plan.Step(slot).Committed) refused++;
            if (nextCheckpoint < setup.Checkpoints.Count && setup.Checkpoints[nextCheckpoint] == step)
            {
                nextCheckpoint++;
                accuracy.Add(Evaluate(evaluation, testSlots));
            }

            if (nextProbe < setup.Probes.Count && setup.Probes[nextProbe] == step)
            {
                nextProbe++;
                observation.Run(observation.Slot);
                percentiles.Add(Summarise(step, observation.Read(observed), observed.Shape.Channels, observation.Slot.Count));
            }

            if (step % 100 != 0 && step != setup.Steps) continue;
            cancellation.ThrowIfCancellationRequested();
            onStep?.Invoke(step);
        }

        return new(setup, [.. accuracy], percentiles, refused, System.Runtime.InteropServices.MemoryMarshal.AsBytes(model.Parameters.Span).ToArray());
    }

    internal static UnitPercentiles Summarise(int step, ReadOnlySpan<float> values, int units, int count)
    {
        var result = new UnitPercentiles(step, new double[units], new double[units], new double[units]);
        var column = new float[count];
        for (var unit = 0; unit < units; unit++)
        {
            for (var i = 0; i < count; i++) column[i] = values[(i * units) + unit];
            Array.Sort(column);
            result.P15[unit] = Percentiles.OfSorted(column, 0.15);
            result.P50[unit] = Percentiles.OfSorted(column, 0.50);
            result.P85[unit] = Percentiles.OfSorted(column, 0.85);
        }

        return result;
    }

    private static double Evaluate(EvaluationPlan plan, List<Evenkeel.Engine.BatchSlot> slots)
    {
        plan.Refresh();
        var (correct, count) = (0, 0);
        foreach (var slot in slots)
        {
            var result = plan.Run(slot);
            correct += result.Correct;
            count += result.Count;
        }

        return (double)correct / count;
    }

    private static List<Evenkeel.Engine.BatchSlot> TestSlots(EvaluationPlan plan, Dataset test)
    {
        var slots = new List<Evenkeel.Engine.BatchSlot>();
        var loader = new Loader(test, new LoaderOptions { BatchSize = Math.Min(EvaluationBatch, test.Count), Shuffle = false });
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

    private static void FillInOrder(Evenkeel.Engine.BatchSlot slot, Dataset data, int most)
    {
        slot.Count = Math.Min(most, data.Count);
        for (var i = 0; i < slot.Count; i++) data.Read(i, slot.Features.Slice(i * slot.FeaturesPerSample, slot.FeaturesPerSample));
    }
}
