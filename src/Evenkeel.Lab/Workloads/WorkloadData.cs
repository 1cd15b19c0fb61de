using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Data.Transforms;
using Evenkeel.Lab.Trials;
using Evenkeel.Numerics.Randomness;
using EngineSlot = Evenkeel.Engine.BatchSlot;

namespace Evenkeel.Lab.Workloads;

/// <summary>The samples of a trial: training, test and held-out ones, scaled, and the batches in which training ones come.</summary>
internal sealed class WorkloadData
{
    // Mean and deviation of all pixels together are known to a few per mille from this many images.
    private const int MostMeasured = 2000;

    private readonly TrainingTrial _trial;

    private WorkloadData(TrainingTrial trial, Dataset training, Dataset test, Dataset? heldOut) => (_trial, Training, Test, HeldOut) = (trial, training, test, heldOut);

    public Dataset Training { get; }

    public Dataset Test { get; }

    public Dataset? HeldOut { get; }

    public static WorkloadData Of(TrainingTrial trial, DatasetParts data)
    {
        var (training, test, held) = (data.Training, data.Test, (Dataset?)null);
        if (trial.TestSamples > 0) test = test.Take(Math.Min(trial.TestSamples, test.Count));
        if (trial.HeldOut > 0) (training, held) = training.HoldOut(Math.Min(trial.HeldOut, Math.Max(1, training.Count / 4)), trial.Seed);
        if (trial.Samples > 0 && trial.Samples < training.Count) training = training.HoldOut(trial.Samples, trial.Seed).Second;
        if (Transform(trial.Pixels, training, MostMeasured) is not { } transform) return new(trial, training, test, held);
        return new(trial, training.With(transform), test.With(transform), held?.With(transform));
    }

    /// <summary>The transform of a scale, measured on at most so many samples where it must be.</summary>
    public static ITransform? Transform(PixelScale pixels, Dataset training, int most) => pixels switch
    {
        PixelScale.Binary => new Binarize(),
        PixelScale.Centered => new Standardization([0.5], [1]),
        PixelScale.Standardized => Standardization.Measure(training.Take(Math.Min(training.Count, most))),
        _ => null,
    };

    public BatchSource Batches(int size) => _trial.ClassesPerBatch > 0 ? new ByClass(Training, size, _trial.ClassesPerBatch, _trial.Seed) : new InOrder(Training, size, _trial.Seed);

    /// <summary>Deals out batches without end.</summary>
    public abstract class BatchSource
    {
        public abstract void Next(EngineSlot slot);
    }

    private sealed class InOrder : BatchSource
    {
        private readonly Loader _loader;
        private readonly BatchSlot _batch;

        public InOrder(Dataset data, int size, ulong seed)
        {
            _loader = new Loader(data, new LoaderOptions { BatchSize = size, Seed = seed, DropLast = true });
            _batch = _loader.CreateSlot();
        }

        public override void Next(EngineSlot slot)
        {
            _loader.Next(_batch);
            slot.Count = _batch.Count;
            _batch.Assemble(0, 1, slot.Features, slot.Labels);
        }
    }

    /// <summary>Every batch draws a few classes, then samples of them.</summary>
    private sealed class ByClass(Dataset data, int size, int classes, ulong seed) : BatchSource
    {
        private readonly RandomStream _random = new(seed, "classes of batches");
        private readonly int[][] _byClass = [.. Enumerable.Range(0, data.Count).GroupBy(data.ReadLabel).OrderBy(static group => group.Key).Select(static group => group.ToArray())];
        private ulong _drawn;

        public override void Next(EngineSlot slot)
        {
            var chosen = new int[classes];
            for (var i = 0; i < classes; i++) chosen[i] = (int)(_random.Word(_drawn++) % (uint)_byClass.Length);
            slot.Count = size;
            for (var i = 0; i < size; i++)
            {
                var members = _byClass[chosen[i % classes]];
                var index = members[_random.Word(_drawn++) % (uint)members.Length];
                data.Read(index, slot.Features.Slice(i * data.Shape.Length, data.Shape.Length));
                slot.Labels[i] = data.ReadLabel(index);
            }
        }
    }
}
