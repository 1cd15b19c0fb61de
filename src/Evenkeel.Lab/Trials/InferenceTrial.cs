using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Lab.Runs;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Lab.Trials;

/// <summary>A trained network, evaluated with moving averages, with the statistics of Algorithm 2, and with those of the test batch itself.</summary>
/// <remarks>
/// Series: <c>moving</c>, <c>population</c>, <c>batch_shuffled</c>, <c>batch_sorted</c> (accuracies; the last two in batches of <see cref="BatchSize"/>, the last one sorted by class), <c>batch_pairs</c> (pairs of two samples),
/// <c>moving_differs</c> and <c>population_differs</c> (predictions that depend on their batch, of batches of 1, 2 and 256).
/// </remarks>
internal sealed record InferenceTrial(PerceptronTrial Training) : Trial
{
    private const int BatchSize = 256;
    private const int RecalibrationBatches = 100;
    private const int Samples = 2048;

    public override string Dataset => Training.Dataset;

    public override long Work => Training.Work;

    public override RunKey Key
    {
        get
        {
            var key = new RunKey("inference", 1);
            foreach (var (name, value) in Training.Key.Settings) key.Add($"training_{name}", value);
            return key;
        }
    }

    public override IReadOnlyDictionary<string, double[]> Run(TrialContext context)
    {
        Training.Run(context, out var model);
        var (training, test) = Training.Parts(context.Data!);
        test = test.Take(Math.Min(Samples, test.Count));
        var order = Enumerable.Range(0, test.Count).ToArray();
        var random = new RandomStream(Training.Seed, "test order");
        var shuffled = order.OrderBy(i => random.Word((ulong)i)).ToArray();
        var sorted = order.OrderBy(test.ReadLabel).ToArray();

        // A batch of one is refused: normalised by itself a single value is always beta.
        var series = new Dictionary<string, double[]>(StringComparer.Ordinal)
        {
            ["batch_shuffled"] = [Accuracy(model, test, shuffled, BatchSize, training: true)],
            ["batch_sorted"] = [Accuracy(model, test, sorted, BatchSize, training: true)],
            ["batch_pairs"] = [Accuracy(model, test, shuffled, 2, training: true)],
            ["moving"] = [Accuracy(model, test, order, BatchSize, training: false)],
            ["moving_differs"] = [Differing(model, test, sorted)],
        };
        Recalibrate(model, training);
        series["population"] = [Accuracy(model, test, order, BatchSize, training: false)];
        series["population_differs"] = [Differing(model, test, sorted)];
        return series;
    }

    private void Recalibrate(Model model, Dataset training)
    {
        using var plan = RecalibrationPlan.Compile(model, new PlanOptions { Capacity = Training.BatchSize, Threads = 1 });
        var loader = new Loader(training, new LoaderOptions { BatchSize = Training.BatchSize, Seed = Training.Seed + 1, DropLast = true });
        var (batch, slot) = (loader.CreateSlot(), plan.CreateSlot());
        var labels = new int[Training.BatchSize];
        for (var i = 0; i < RecalibrationBatches; i++)
        {
            loader.Next(batch);
            slot.Count = batch.Count;
            batch.Assemble(0, 1, slot.Features, labels);
            plan.Accumulate(slot);
        }

        plan.Commit();
    }

    private static double Accuracy(Model model, Dataset data, int[] order, int size, bool training)
    {
        var correct = 0;
        var outputs = Outputs(model, data, order, size, training);
        var classes = data.Target.ClassCount;
        for (var i = 0; i < outputs.Length / classes; i++)
        {
            var row = outputs.AsSpan(i * classes, classes);
            var best = 0;
            for (var c = 1; c < classes; c++) best = row[c] > row[best] ? c : best;
            if (best == data.ReadLabel(order[i])) correct++;
        }

        return (double)correct / (outputs.Length / classes);
    }

    /// <summary>How many samples have an output that is not the same to the bit alone, in pairs and in a batch of one class.</summary>
    private static double Differing(Model model, Dataset data, int[] order)
    {
        var some = order[..(order.Length / BatchSize > 0 ? BatchSize : order.Length & ~1)];
        var alone = Outputs(model, data, some, 1, training: false);
        var classes = data.Target.ClassCount;
        var others = ((int[])[2, some.Length]).Select(size => Outputs(model, data, some, size, training: false)).ToArray();
        return Enumerable.Range(0, some.Length).Count(i => others.Any(outputs => !outputs.AsSpan(i * classes, classes).SequenceEqual(alone.AsSpan(i * classes, classes))));
    }

    /// <summary>The outputs of the samples in order, without those of a last incomplete batch.</summary>
    private static float[] Outputs(Model model, Dataset data, int[] order, int size, bool training)
    {
        using var plan = ObservationPlan.Compile(model, [model.Output], training, new PlanOptions { Capacity = size, Threads = 1 });
        size = Math.Min(size, order.Length);
        var (length, classes) = (data.Shape.Length, data.Target.ClassCount);
        var outputs = new float[order.Length / size * size * classes];
        for (var first = 0; first + size <= order.Length; first += size)
        {
            plan.Slot.Count = size;
            for (var i = 0; i < size; i++) data.Read(order[first + i], plan.Slot.Features.Slice(i * length, length));
            plan.Run(plan.Slot);
            plan.Read(model.Output)[..(size * classes)].CopyTo(outputs.AsSpan(first * classes));
        }

        return outputs;
    }
}
