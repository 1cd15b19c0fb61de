using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Inspection;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Engine;

/// <summary>Forward, loss, backward and update of a model, compiled: every <see cref="TrainingProgram.Step(BatchSlot)"/> is one transaction and allocates nothing.</summary>
/// <remarks>
/// Parameters, optimizer slots, running statistics and counters change together, after loss, batch statistics and gradients are known to be finite, or not at all.
/// One thread at a time may use a plan. The same inputs give the same bits for any number of threads.
/// </remarks>
public sealed unsafe class TrainingPlan : TrainingProgram
{
    private readonly DifferentiatedPlan _core;
    private readonly CompiledPlan _plan;
    private readonly Model _model;
    private readonly UpdateRegion _update;
    private readonly AscentRegion? _ascent;
    private readonly float _ascentLength;
    private readonly StateUpdate[] _states;
    private readonly CarriedState _carried;
    private readonly BatchSlot _ownSlot;
    private Accumulation? _accumulation;
    private TensorStore<float>? _accumulated;

    private TrainingPlan(Model model, Loss loss, UpdateMethod method, PlanOptions options)
    {
        _model = model;
        _core = new DifferentiatedPlan(model, new DifferentiatedValues { Loss = loss, Others = StateUpdate.Candidates(model).Concat(CarriedState.Candidates(model)) }, options);
        _plan = _core.Plan;
        Slots = UpdateMemory.SlotsOf(model, method);
        _update = new UpdateRegion(model, Gradients, Slots, method, options.ResolvedWidth);
        _ascentLength = method.Ascent;
        _ascent = _ascentLength > 0 ? new AscentRegion(model, Gradients, options.ResolvedWidth) : null;
        _states = StateUpdate.All(model, _plan);
        _carried = new CarriedState(model, options.Capacity);
        _ownSlot = CreateSlot();
    }

    /// <inheritdoc/>
    public override TensorStore<float> Slots { get; }

    /// <inheritdoc/>
    public override TensorStore<float> Gradients => _core.Gradients;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorStore<float>> Memory => _carried.IsEmpty ? [Slots] : [Slots, _carried.Store];

    /// <summary>The plan as text and JSON.</summary>
    public PlanListing Listing => _plan.Listing;

    /// <summary>Compiles the plan; nothing of the model changes.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="loss">What to make small.</param>
    /// <param name="method">How parameters follow their gradients.</param>
    /// <param name="options">Capacity, threads, width; the defaults serve batches of up to 256 samples on all cores.</param>
    /// <exception cref="EngineException">EK0201: a node has no lowering. EK0206: unknown pass.</exception>
    public static TrainingPlan Compile(Model model, Loss loss, UpdateMethod method, PlanOptions? options = null) => new(model, loss, method, options ?? new PlanOptions());

    /// <summary>Throws where batches of so many samples can train no plan of a model, before anything is compiled.</summary>
    /// <param name="model">The model.</param>
    /// <param name="count">Samples per batch.</param>
    /// <exception cref="EngineException">EK1001: a batch normalisation would see one value per channel.</exception>
    public static void Require(Model model, int count)
    {
        foreach (var (name, shape) in DifferentiatedPlan.NeedBatches(model, static node => node.NeedsBatchStatistics)) CompiledPlan.RequireBatch(name, shape, count);
    }

    /// <inheritdoc/>
    public override BatchSlot CreateSlot() => _core.CreateSlot();

    /// <inheritdoc/>
    public override StepResult Step(BatchSlot slot, PieceJob? alongside, int pieces)
    {
        _core.Require(slot.Count);
        _plan.Binding.Attempt = Attempts++;
        _carried.Begin(_plan);
        _plan.Run(slot, alongside, pieces);
        return Commit(_core.Loss, _core.Correct, _plan.IsFinite, slot);
    }

    /// <summary>Runs one transaction over several micro-batches: their gradients are averaged, each by its number of samples, and committed once. Equal to a step on all samples together where statistics are exact, up to rounding and random streams.</summary>
    /// <param name="parts">The micro-batches, each at most the plan's capacity.</param>
    /// <param name="statistics">What batch normalisation sees of them. Exact statistics run every micro-batch again for every normalisation on a path, twice.</param>
    /// <exception cref="EngineException">EK0202, EK0203, EK1001 as for one batch. EK0350: a kind of normalisation cannot be merged. EK0351: no micro-batch. EK0352: the update method looks twice. Nothing was committed.</exception>
    public StepResult Step(ReadOnlySpan<BatchSlot> parts, AccumulatedStatistics statistics)
    {
        if (parts.IsEmpty) throw EngineException.NoParts();
        if (_ascent is not null) throw EngineException.AscentWithParts();
        if (CarriedState.IsIn(_model)) throw EngineException.CarriedElsewhere("a step of micro-batches");
        var total = 0;
        foreach (var part in parts)
        {
            _core.Require(part.Count, statistics == AccumulatedStatistics.Averaged);
            total += part.Count;
        }

        var exact = statistics == AccumulatedStatistics.Exact && parts.Length > 1;
        if (exact) _accumulation ??= new Accumulation(_plan, _model);
        _accumulated ??= _model.Parameters.CloneLayout();
        var attempt = Attempts++;
        var (loss, correct, isFinite) = (0.0, 0, true);
        try
        {
            if (exact) _accumulation!.Begin(parts, attempt);
            for (var i = 0; i < parts.Length; i++)
            {
                if (exact) _accumulation!.Select(parts[i].Count, total);
                _plan.Binding.Attempt = Accumulation.AttemptOf(attempt, i);
                _plan.Run(parts[i]);
                var share = (double)parts[i].Count / total;
                loss += share * _core.Loss;
                correct += _core.Correct;
                isFinite &= _plan.IsFinite;
                AddGradients((float)share, i == 0);
                foreach (var state in exact ? [] : _states) state.Join(parts[i].Count, i == 0);
            }
        }
        finally
        {
            if (exact) _accumulation!.End();
        }

        Gradients.CopyFrom(_accumulated);
        return Commit((float)loss, correct, isFinite, parts[^1]);
    }

    private void AddGradients(float share, bool isFirst)
    {
        Span<float> sum = _accumulated!.Span, gradients = Gradients.Span;
        for (var i = 0; i < sum.Length; i++) sum[i] = (isFirst ? 0 : sum[i]) + (share * gradients[i]);
    }

    private StepResult Commit(float loss, int correct, bool statisticsAreFinite, BatchSlot slot)
    {
        var (norm, isFinite) = _core.Check();
        // A norm beyond all numbers says nothing about how far to shorten.
        var commits = isFinite && float.IsFinite(loss) && statisticsAreFinite && (Clipping is null || double.IsFinite(norm));
        var bounded = norm;
        if (commits && _ascent is not null && norm > 0) (bounded, commits) = StepAbove(slot, norm);
        if (commits)
        {
            _update.Run(_plan.Team, Commits, LearningRate, Clipping?.ChangeAt(bounded) ?? GradientChange.None);
            foreach (var state in _states) state.Commit();
            _carried.Commit(_plan);
            Commits++;
        }

        foreach (var state in _states) state.Release();
        return new(loss, correct, norm, commits);
    }

    /// <summary>Takes the gradient a step up along the present one; the running statistics stay those of the first pass.</summary>
    private (double Norm, bool IsFinite) StepAbove(BatchSlot slot, double norm)
    {
        foreach (var state in _states) state.Hold();
        _ascent!.Run(_plan.Team, _ascentLength / norm);
        _plan.Binding.Bind(Segment.Parameters, _ascent.Shadow.Pointer, _ascent.Shadow);
        try
        {
            _plan.Run(slot);
        }
        finally
        {
            _plan.Binding.Bind(Segment.Parameters, _model.Parameters.Pointer, _model.Parameters);
        }

        var (above, isFinite) = _core.Check();
        return (above, isFinite && (Clipping is null || double.IsFinite(above)));
    }

    /// <inheritdoc/>
    public override void ResetCarriedState() => _carried.Reset();

    /// <summary>Copies a batch of labelled samples in and runs one transaction.</summary>
    /// <inheritdoc cref="TrainingProgram.Step(BatchSlot)" path="/exception"/>
    public StepResult Step(ReadOnlySpan<float> features, ReadOnlySpan<int> labels)
    {
        _ownSlot.Fill(features, labels);
        return Step(_ownSlot);
    }

    /// <summary>Copies a batch of samples with target values in and runs one transaction.</summary>
    /// <inheritdoc cref="TrainingProgram.Step(BatchSlot)" path="/exception"/>
    public StepResult Step(ReadOnlySpan<float> features, ReadOnlySpan<float> targets)
    {
        _ownSlot.Fill(features, targets);
        return Step(_ownSlot);
    }

    /// <inheritdoc/>
    public override void Dispose() => _core.Dispose();
}
