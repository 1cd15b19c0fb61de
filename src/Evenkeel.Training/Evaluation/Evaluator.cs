using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Data.Tables;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Work;
using Evenkeel.Records.RunLog;
using Evenkeel.Training.Fitting;
using Evenkeel.Training.Metrics;

namespace Evenkeel.Training.Evaluation;

/// <summary>Measures a model on samples: loss, accuracy and metrics, with running statistics and without dropout.</summary>
/// <remarks>One thread at a time may use an evaluator, and none may train the model meanwhile. A pass allocates nothing besides the list of metrics.</remarks>
public sealed class Evaluator : IDisposable
{
    private readonly EvaluationPlan _plan;
    private readonly WorkTeam _team;
    private readonly bool _ownsTeam;
    private readonly bool _hasAccuracy;
    private readonly int _outputs;
    private readonly Metric[] _metrics;
    private readonly MeanLoss _loss = new();
    private readonly Accuracy _accuracy = new();
    private readonly int _capacity;
    private readonly TargetScaling? _scaling;
    private readonly float[] _restored;
    private readonly float[] _targets;
    private readonly Dictionary<Dataset, (Loader Loader, BatchAssembly Assembly)> _readers = new(ReferenceEqualityComparer.Instance);

    /// <summary>Compiles an evaluation plan.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">What to measure.</param>
    /// <param name="metrics">Further metrics, used by this evaluator alone.</param>
    /// <param name="options">Capacity, threads, width; null for the defaults.</param>
    /// <param name="scaling">How the model was trained to see target values; metrics are then taken in the units of the data, the loss in those of the training. Null for as they are.</param>
    public Evaluator(Model model, Loss loss, IEnumerable<Metric>? metrics = null, PlanOptions? options = null, TargetScaling? scaling = null)
    {
        options ??= new PlanOptions();
        _ownsTeam = options.Team is null;
        _team = options.Team ?? WorkTeam.Lease(options.Threads);
        _capacity = options.Capacity;
        _plan = EvaluationPlan.Compile(model, loss, options with { Team = _team });
        _hasAccuracy = loss.Apply(model.Output).Correct is not null;
        _outputs = checked((int)model.Output.Shape.ElementsPerSample);
        _metrics = metrics?.ToArray() ?? [];
        _scaling = scaling;
        _restored = scaling is null ? [] : new float[checked(_capacity * _outputs)];
        _targets = scaling is null ? [] : new float[checked(_capacity * scaling.Mean.Count)];
    }

    /// <summary>Measures a model once.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">What to measure.</param>
    /// <param name="dataset">The samples, transformed as the model wants them.</param>
    /// <param name="metrics">Further metrics.</param>
    /// <param name="options">Capacity, threads, width; null for the defaults.</param>
    /// <param name="cancellation">Ends the pass early.</param>
    /// <param name="scaling">How the model was trained to see target values; null for as they are.</param>
    /// <exception cref="TrainingException">EK0503: the dataset does not fit the model. EK0545: a metric cannot measure its targets.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static EvaluationSummary Evaluate(Model model, Loss loss, Dataset dataset, IEnumerable<Metric>? metrics = null, PlanOptions? options = null, CancellationToken cancellation = default, TargetScaling? scaling = null)
    {
        DataCheck.Run(model, loss, dataset);
        metrics = metrics?.ToArray() ?? [];
        DataCheck.Metrics(metrics, dataset);
        using var evaluator = new Evaluator(model, loss, metrics, options, scaling);
        return evaluator.Run(dataset, cancellation);
    }

    /// <summary>Measures the model as it is now.</summary>
    /// <param name="dataset">The samples, transformed as the model wants them.</param>
    /// <param name="cancellation">Ends the pass early.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public EvaluationSummary Run(Dataset dataset, CancellationToken cancellation = default)
    {
        var (samples, loss, accuracy) = Measure(dataset, int.MaxValue, cancellation) ?? throw new OperationCanceledException(cancellation);
        return new EvaluationSummary(samples, loss, accuracy, MetricValues());
    }

    /// <summary>Gives the threads back.</summary>
    public void Dispose()
    {
        _plan.Dispose();
        if (_ownsTeam) _team.Dispose();
    }

    /// <summary>One pass; null where it was cancelled.</summary>
    internal (long Samples, double Loss, double? Accuracy)? Measure(Dataset dataset, int mostBatches, CancellationToken cancellation)
    {
        if (!_readers.TryGetValue(dataset, out var reader))
        {
            var made = new Loader(dataset, new LoaderOptions { BatchSize = Math.Min(_capacity, dataset.Count), Shuffle = false });
            _readers[dataset] = reader = (made, new BatchAssembly(made, _plan.CreateSlot()));
        }

        var (loader, assembly) = reader;
        _plan.Refresh();
        _plan.ResetCarriedState();
        loader.Seek(0, 0);
        _loss.Reset();
        _accuracy.Reset();
        foreach (var metric in _metrics) metric.Reset();
        long samples = 0;
        for (var batch = 0; batch < Math.Min(loader.BatchesPerEpoch, mostBatches); batch++)
        {
            if (cancellation.IsCancellationRequested) return null;
            assembly.Choose(loader);
            _team.Run(assembly, assembly.Pieces);
            assembly.ThrowIfFailed();
            Add(assembly, dataset);
            samples += assembly.Batch.Count;
        }

        return (samples, _loss.Value, _hasAccuracy ? _accuracy.Value : null);
    }

    internal IReadOnlyList<MetricValue> MetricValues() => _metrics.Length == 0 ? [] : Array.ConvertAll(_metrics, static metric => new MetricValue(metric.Name, metric.Value));

    private void Add(BatchAssembly assembly, Dataset dataset)
    {
        var slot = assembly.Input;
        var classes = dataset.Target.Kind == TargetKind.ClassIndex;
        var targets = classes ? default : (ReadOnlySpan<float>)slot.Targets[..(slot.Count * slot.TargetsPerSample)];
        if (_scaling is not null && !classes)
        {
            targets.CopyTo(_targets);
            targets = _targets.AsSpan(0, targets.Length);
            _scaling.Apply(slot.Targets[..targets.Length]);
        }

        var result = _plan.Run(slot);
        var batch = new EvaluationBatch
        {
            Count = result.Count,
            Outputs = Restored(_plan.Output),
            OutputsPerSample = _outputs,
            Labels = classes ? slot.Labels[..slot.Count] : default,
            Targets = targets,
            Loss = result.Loss,
            Correct = result.Correct,
        };
        _loss.Add(batch);
        _accuracy.Add(batch);
        foreach (var metric in _metrics) metric.Add(batch);
    }

    private ReadOnlySpan<float> Restored(ReadOnlySpan<float> outputs)
    {
        if (_scaling is null) return outputs;
        outputs.CopyTo(_restored);
        _scaling.Restore(_restored.AsSpan(0, outputs.Length));
        return _restored.AsSpan(0, outputs.Length);
    }
}
