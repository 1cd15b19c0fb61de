using Evenkeel.Data.Datasets;
using Evenkeel.Data.Tables;
using Evenkeel.Data.Transforms;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Packs;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Serving;

namespace Evenkeel.Training;

/// <summary>Answers with a trained model: features as the data have them go in, probabilities of classes (or values) come out.</summary>
/// <remarks>
/// <para>All members may be called from any number of threads at once; each call borrows a compiled plan with memory of its own. Between calls nothing runs and nothing spins.</para>
/// <para>The same sample gives the same bits in every call of the same batch size, whatever runs beside it.</para>
/// </remarks>
public sealed class Predictor : IDisposable
{
    private const string SoftmaxLoss = "softmax_cross_entropy";

    private readonly PlanPool _pool;
    private readonly TransformPipeline _transforms;
    private readonly int _channels;
    private readonly int _capacity;
    private readonly int _features;
    private readonly int _outputs;

    /// <summary>Serves a model that lies in memory; its values are copied into compiled plans now or later and must not change any more.</summary>
    /// <param name="model">The model.</param>
    /// <param name="info">How to feed it and read its outputs; null for outputs as they are.</param>
    /// <param name="options">Threads, concurrency, batch size; null for the defaults.</param>
    public Predictor(Model model, CheckpointInfo? info = null, PredictorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new PredictorOptions();
        if (options.Threads < 0) throw TrainingErrors.BadOption("PredictorOptions.Threads", options.Threads, "0 or more", "1 suits servers.");
        if (options.Concurrency < 0) throw TrainingErrors.BadOption("PredictorOptions.Concurrency", options.Concurrency, "0 or more", "0 takes the number of cores.");
        if (options.Capacity < 1) throw TrainingErrors.BadOption("PredictorOptions.Capacity", options.Capacity, "at least 1", "64 is usual.");
        Info = info ?? new CheckpointInfo();
        Model = model;
        _features = checked((int)model.Input.Output.Shape.ElementsPerSample);
        _outputs = checked((int)model.Output.Shape.ElementsPerSample);
        if (Info.SampleShape is { } shape && shape.Length != _features)
            throw TrainingErrors.DataMismatch(Info.Dataset, TrainingErrors.Invariant($"samples {shape} of {shape.Length} features"), TrainingErrors.Invariant($"{_features}"), "The checkpoint's sample shape does not belong to its model.");
        if (Info.Table is { } table && table.FeatureCount != _features)
            throw TrainingErrors.DataMismatch(Info.Dataset, TrainingErrors.Invariant($"rows of {table.FeatureCount} features"), TrainingErrors.Invariant($"{_features}"), "The checkpoint's table schema does not belong to its model.");
        _transforms = options.Transform ? Info.Transforms : TransformPipeline.Identity;
        _channels = Info.SampleShape?.Channels ?? model.Input.Output.Shape.Channels;
        _capacity = options.Capacity;
        IsClassifier = Info.Loss == SoftmaxLoss;
        var plan = new PlanOptions { Capacity = options.Capacity, Threads = options.Threads, Width = options.Width == 0 ? PackWidths.Widest : options.Width };
        _pool = new PlanPool(model, plan, options.Concurrency == 0 ? Environment.ProcessorCount : options.Concurrency);
    }

    /// <summary>The model; read its values freely, write none.</summary>
    public Model Model { get; }

    /// <summary>What the checkpoint says about the model.</summary>
    public CheckpointInfo Info { get; }

    /// <summary>Features of one sample, before the transforms.</summary>
    public int FeatureCount => _features;

    /// <summary>The shape of a sample as the training data had it; null where that is not known.</summary>
    public SampleShape? SampleShape => Info.SampleShape;

    /// <summary>Numbers per sample that come out: one per class, or the values.</summary>
    public int OutputCount => _outputs;

    /// <summary>Whether outputs are probabilities of classes: then softmax is applied to the model's logits.</summary>
    public bool IsClassifier { get; }

    /// <summary>The name of each class; empty where there are none.</summary>
    public IReadOnlyList<string> ClassNames => Info.ClassNames;

    /// <summary>Plans compiled so far: the most calls that ever ran at the same time, up to <see cref="PredictorOptions.Concurrency"/>.</summary>
    public int CompiledPlans => _pool.Created;

    /// <summary>Rebuilds a model from a checkpoint and serves it.</summary>
    /// <param name="path">A checkpoint, or a run folder: then its best weights.</param>
    /// <param name="options">Threads, concurrency, batch size; null for the defaults.</param>
    /// <exception cref="TrainingException">EK0520..EK0525: not a checkpoint, damaged, of another version, or a model that only code can build. EK0880: there is none.</exception>
    public static Predictor Load(string path, PredictorOptions? options = null)
    {
        using var checkpoint = Checkpoint.Open(path, options?.OwnTransforms);
        if (options?.ModelFactory is not { } factory) return new Predictor(checkpoint.BuildModel(), checkpoint.Info, options);
        var model = factory();
        checkpoint.LoadInto(model);
        return new Predictor(model, checkpoint.Info, options);
    }

    /// <summary>Answers for one sample.</summary>
    /// <param name="features"><c>[FeatureCount]</c>, row-major, channels last, as the training data had them.</param>
    /// <exception cref="TrainingException">EK0504: another number of features.</exception>
    /// <exception cref="ObjectDisposedException">The predictor is disposed.</exception>
    public Prediction Predict(ReadOnlySpan<float> features)
    {
        if (features.Length != _features) throw TrainingErrors.BadSampleLength("Predictor", features.Length, TrainingErrors.Invariant($"{_features} features of one sample"), "Several samples go to PredictBatch.");
        var outputs = new float[_outputs];
        Predict(features, outputs);
        return ToPrediction(outputs);
    }

    /// <summary>Answers for several samples.</summary>
    /// <param name="features"><c>[N, FeatureCount]</c>, sample after sample; N may be 0.</param>
    /// <exception cref="TrainingException">EK0504: no whole number of samples.</exception>
    public IReadOnlyList<Prediction> PredictBatch(ReadOnlySpan<float> features)
    {
        var count = Count(features.Length);
        var outputs = new float[checked(count * _outputs)];
        Predict(features, outputs);
        var predictions = new Prediction[count];
        for (var i = 0; i < count; i++) predictions[i] = ToPrediction(outputs.AsSpan(i * _outputs, _outputs).ToArray());
        return predictions;
    }

    /// <summary>Answers for one row of a table.</summary>
    /// <param name="row">The cell of every column that the network was trained with by its name, null or empty where it is missing; others are passed over.</param>
    /// <exception cref="TrainingException">EK0588: the model was not trained on a table.</exception>
    /// <exception cref="EvenkeelException">EK0577, EK0579: see <see cref="TableSchema.Encode(IReadOnlyDictionary{string, string?}, Span{float})"/>.</exception>
    public Prediction PredictRow(IReadOnlyDictionary<string, string?> row)
    {
        var features = new float[_features];
        Table().Encode(row, features);
        return Predict(features);
    }

    /// <summary>Answers for all rows of a table.</summary>
    /// <param name="table">Has every column that the network was trained with, in any order; others are passed over.</param>
    /// <exception cref="TrainingException">EK0588: the model was not trained on a table.</exception>
    /// <exception cref="EvenkeelException">EK0577, EK0579: see <see cref="TableSchema.Encode(CsvTable)"/>.</exception>
    public IReadOnlyList<Prediction> PredictTable(CsvTable table) => PredictBatch(Table().Encode(table));

    /// <summary>Answers for one or several samples into memory of the caller's; allocates nothing once enough plans are compiled.</summary>
    /// <param name="features"><c>[N, FeatureCount]</c>, sample after sample.</param>
    /// <param name="outputs">Receives <c>[N, OutputCount]</c>: probabilities of classes, or values. Features that are not finite give outputs that are not.</param>
    /// <exception cref="TrainingException">EK0504: no whole number of samples, or outputs of another length.</exception>
    public void Predict(ReadOnlySpan<float> features, Span<float> outputs)
    {
        var count = Count(features.Length);
        if (outputs.Length != (long)count * _outputs) throw TrainingErrors.BadSampleLength("Predictor", outputs.Length, TrainingErrors.Invariant($"room for {count} x {_outputs} outputs"), "Hand in a span of exactly that length.");
        if (count == 0) return;
        var lease = _pool.Rent();
        try
        {
            for (var done = 0; done < count; done += _capacity)
            {
                var part = Math.Min(_capacity, count - done);
                Run(lease, features.Slice(done * _features, part * _features), outputs.Slice(done * _outputs, part * _outputs), part);
            }
        }
        finally
        {
            _pool.Return(lease);
        }
    }

    /// <summary>Frees the plans; calls in progress end first.</summary>
    public void Dispose() => _pool.Dispose();

    private void Run(PlanLease lease, ReadOnlySpan<float> features, Span<float> outputs, int count)
    {
        var input = lease.Slot.Features[..features.Length];
        features.CopyTo(input);
        _transforms.Apply(input, _channels);
        lease.Slot.Count = count;
        // Samples have nothing to do with those of calls before.
        lease.Plan.ResetCarriedState();
        lease.Plan.Run(lease.Slot);
        lease.Plan.Output[..outputs.Length].CopyTo(outputs);
        Info.TargetScaling?.Restore(outputs);
        if (!IsClassifier) return;
        for (var i = 0; i < count; i++) Softmax(outputs.Slice(i * _outputs, _outputs));
    }

    /// <summary><c>exp(x - max) / sum</c>, in double; a NaN makes all of them NaN.</summary>
    private static void Softmax(Span<float> values)
    {
        var largest = float.NegativeInfinity;
        foreach (var value in values) largest = MathF.Max(largest, value);
        var sum = 0.0;
        foreach (var value in values) sum += Math.Exp((double)value - largest);
        foreach (ref var value in values) value = (float)(Math.Exp((double)value - largest) / sum);
    }

    private TableSchema Table() => Info.Table ?? throw TrainingErrors.NoTable(Info.Dataset);

    private int Count(int length)
    {
        var (count, rest) = Math.DivRem(length, _features);
        return rest == 0 ? count : throw TrainingErrors.BadSampleLength("Predictor", length, TrainingErrors.Invariant($"a multiple of {_features}, the features of one sample"), "Hand in whole samples, one after the other.");
    }

    private Prediction ToPrediction(float[] outputs)
    {
        if (!IsClassifier) return new Prediction(-1, "", outputs);
        var best = 0;
        for (var i = 1; i < outputs.Length; i++)
        {
            if (outputs[i] > outputs[best]) best = i;
        }

        return new Prediction(best, best < ClassNames.Count ? ClassNames[best] : "", outputs);
    }
}
