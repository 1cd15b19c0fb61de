using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Layers.Losses;
using EngineSlot = Evenkeel.Engine.BatchSlot;

namespace Evenkeel.Lab.Workloads;

/// <summary>Samples in memory, on which a model is evaluated again and again.</summary>
internal sealed class TestPart : IDisposable
{
    private const int BatchSize = 1000;

    private readonly EvaluationPlan _plan;
    private readonly List<EngineSlot> _slots = [];

    public TestPart(Model model, Dataset data)
    {
        var size = Math.Min(BatchSize, data.Count);
        _plan = EvaluationPlan.Compile(model, new SoftmaxCrossEntropy(), new PlanOptions { Capacity = size, Threads = 1 });
        var loader = new Loader(data, new LoaderOptions { BatchSize = size, Shuffle = false });
        var batch = loader.CreateSlot();
        for (var i = 0; i < loader.BatchesPerEpoch; i++)
        {
            loader.Next(batch);
            var slot = _plan.CreateSlot();
            slot.Count = batch.Count;
            batch.Assemble(0, 1, slot.Features, slot.Labels);
            _slots.Add(slot);
        }
    }

    /// <summary>Accuracy and mean loss with the model's present values.</summary>
    public (double Accuracy, double Loss) Measure()
    {
        _plan.Refresh();
        var (correct, count, loss) = (0, 0, 0.0);
        foreach (var slot in _slots)
        {
            var result = _plan.Run(slot);
            correct += result.Correct;
            count += result.Count;
            loss += (double)result.Loss * result.Count;
        }

        return ((double)correct / count, loss / count);
    }

    /// <summary>The share of samples that a model classifies rightly when it normalises batches of a size by themselves, dropout included: the training plan's view.</summary>
    public static double AccuracyInTraining(Model model, Dataset data, int size)
    {
        size = Math.Min(size, data.Count);
        using var plan = ObservationPlan.Compile(model, [model.Output], training: true, new PlanOptions { Capacity = size, Threads = 1 });
        var (length, classes, correct) = (data.Shape.Length, data.Target.ClassCount, 0);
        var batches = data.Count / size;
        for (var first = 0; first < batches * size; first += size)
        {
            plan.Slot.Count = size;
            for (var i = 0; i < size; i++) data.Read(first + i, plan.Slot.Features.Slice(i * length, length));
            plan.Run(plan.Slot);
            var outputs = plan.Read(model.Output);
            for (var i = 0; i < size; i++)
            {
                if (Largest(outputs.Slice(i * classes, classes)) == data.ReadLabel(first + i)) correct++;
            }
        }

        return (double)correct / (batches * size);
    }

    public static int Largest(ReadOnlySpan<float> row)
    {
        var best = 0;
        for (var c = 1; c < row.Length; c++) best = row[c] > row[best] ? c : best;
        return best;
    }

    public void Dispose() => _plan.Dispose();
}
