using System.Collections.Immutable;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Training.Decoupled;

/// <summary>Trains the segments of a model with an update each, by gradients that are predicted instead of waited for (Jaderberg et al. 2016, arXiv 1608.05343).</summary>
/// <remarks>
/// <para>A step by synthetic gradients takes the segments from below: segment i runs forward to <c>h_i</c>, its module predicts <c>d_i = M_i(h_i)</c>, the segment runs backward from it and is updated at once.
/// What the backward pass gives for the segment's input is what the module below should have predicted, and trains it; the last segment has the true gradient (the paper's section 2).</para>
/// <para>By <see cref="GradientSource.Backpropagation"/> a step is one transaction and gives the bits of a <see cref="TrainingPlan"/>. Otherwise each segment is a transaction of its own, and a step counts as committed where all of its updates were.</para>
/// </remarks>
public sealed class DecoupledProgram : TrainingProgram
{
    private readonly Stage[] _stages;
    private readonly UpdateMemory _memory;
    private readonly StageCounters _counters;
    private readonly WorkTeam _team;
    private readonly bool _ownsTeam;
    private readonly Model _model;
    private readonly InputNode _target;
    private readonly int _capacity;
    private readonly int _classes;
    private readonly float _moduleRate;
    private readonly RandomStream _updates;
    private readonly bool[] _active;

    private DecoupledProgram(Model model, Loss loss, UpdateMethod method, DecoupledOptions options, PlanOptions plans)
    {
        (_model, Options, _capacity) = (model, options, plans.Capacity);
        _target = loss.Apply(model.Output).Target;
        _classes = _target.Elements == ElementKind.Integer ? model.Output.Shape.Channels : 0;
        if (options.Gradients == GradientSource.Conditioned && _classes == 0) throw DecoupledErrors.NoLabels(loss.Name);
        var cuts = SegmentCuts.Of(model, options.CutAfter);
        if (options.SyntheticInputs && cuts.FirstOrDefault(static cut => cut.Shape.Rank != 2) is { } cut) throw DecoupledErrors.NoInputModule(cut.Producer.Name, cut.Shape);
        _memory = new UpdateMemory(model, method);
        _ownsTeam = plans.Team is null;
        _team = plans.Team ?? WorkTeam.Lease(plans.Threads);
        plans = plans with { Team = _team };
        _stages = [.. Enumerable.Range(0, cuts.Length + 1).Select(i => Stage.Create(model, cuts, i, loss, _memory, options, _classes, plans))];
        _active = new bool[_stages.Length];
        _counters = new StageCounters(_stages.Length);
        _moduleRate = options.Modules.FactorFor(method);
        _updates = new RandomStream(plans.Seed, "decoupled.update");
        Segments = [.. _stages.Select(static stage => SegmentCuts.NameOf(stage.Part))];
    }

    /// <summary>How it is decoupled.</summary>
    public DecoupledOptions Options { get; }

    /// <summary>The segments from below, each called by its layers with weights, for example <c>hidden1</c>.</summary>
    public ImmutableArray<string> Segments { get; }

    /// <summary>Told what happens, in order, on the thread that steps; null (default) for nobody.</summary>
    public Action<SegmentEvent>? Trace { get; set; }

    /// <inheritdoc/>
    public override TensorStore<float> Slots => _memory.Slots;

    /// <inheritdoc/>
    public override TensorStore<float> Gradients => _memory.Gradients;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorStore<float>> Memory =>
        [Slots, _counters.Store, .. _stages.SelectMany(static stage => stage.Modules).SelectMany(static module => new[] { module.Model.Parameters, module.Memory.Slots })];

    /// <summary>Takes a model apart and compiles its segments; nothing of the model changes.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="loss">What to make small.</param>
    /// <param name="method">How parameters follow their gradients.</param>
    /// <param name="options">Where to cut, and where gradients come from; null for the defaults.</param>
    /// <param name="plans">Capacity, threads, width, seed.</param>
    /// <exception cref="TrainingException">EK0850: no such place to cut. EK0851: only one segment. EK0852: the optimizer looks twice. EK0853: conditioned without labels. EK0854: an option is out of its range. EK0856: an input that cannot be predicted.</exception>
    public static DecoupledProgram Compile(Model model, Loss loss, UpdateMethod method, DecoupledOptions? options = null, PlanOptions? plans = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(method);
        options ??= new DecoupledOptions();
        options.Check();
        ModuleOptions.RequirePlainSteps(method);
        return new DecoupledProgram(model, loss, method, options, plans ?? new PlanOptions());
    }

    /// <inheritdoc/>
    public override BatchSlot CreateSlot() => BatchSlot.Create(_capacity, _model.Input.Output.Shape, _target);

    /// <inheritdoc/>
    /// <exception cref="TrainingException">EK0855: a label is out of range.</exception>
    public override StepResult Step(BatchSlot slot, PieceJob? alongside, int pieces)
    {
        Begin(slot);
        var finite = Options.Gradients switch
        {
            GradientSource.Backpropagation => StepLocked(slot, alongside, pieces, out var norm) ? norm : double.NaN,
            GradientSource.None => StepTopOnly(slot, alongside, pieces),
            _ when Options.SyntheticInputs => StepApart(slot, alongside, pieces),
            _ => StepFromBelow(slot, alongside, pieces),
        };
        Attempts++;
        var committed = !double.IsNaN(finite);
        if (committed) Commits++;
        return new(_stages[^1].Plan.Loss, _stages[^1].Plan.Correct, committed ? finite : double.PositiveInfinity, committed);
    }

    /// <summary>Compares the predicted gradients with the true ones on a batch; nothing is updated.</summary>
    /// <param name="slot">The batch.</param>
    /// <returns>The cosine of the angle between both, per cut from below: 1 for the same direction; 0 where nothing is predicted yet.</returns>
    /// <exception cref="EngineException">EK0202: bad count. EK1001: one value per channel.</exception>
    public ImmutableArray<double> Agreement(BatchSlot slot)
    {
        Begin(slot);
        var predicted = new float[_stages.Length - 1][];
        foreach (var stage in _stages)
        {
            Forward(stage, slot, null, 0);
            if (stage.Gradient is not { } module) continue;
            predicted[stage.Number - 1] = new float[stage.Plan.Output.Length];
            module.Predict(stage.Plan.Output, Labels(slot), slot.Count, 1, predicted[stage.Number - 1]);
        }

        var cosines = new double[predicted.Length];
        _stages[^1].Plan.Backward();
        for (var i = predicted.Length - 1; i >= 0; i--)
        {
            var truth = _stages[i + 1].Plan.InputGradient;
            cosines[i] = predicted[i] is { } guess ? Vectors.Cosine(guess, truth) : 0;
            truth.CopyTo(_stages[i].Plan.Late);
            _stages[i].Plan.Backward();
        }

        return [.. cosines];
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var stage in _stages) stage.Dispose();
        if (_ownsTeam) _team.Dispose();
    }

    /// <summary>All that can be wrong with a batch is found before any segment has changed.</summary>
    private void Begin(BatchSlot slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        foreach (var stage in _stages)
        {
            stage.Plan.Require(slot.Count);
            foreach (var module in stage.Modules) module.Begin(slot.Count);
            stage.Plan.Attempt = Attempts;
            _active[stage.Number - 1] = Options.UpdateProbability >= 1 || _updates.Uniform((ulong)stage.Number, (ulong)Attempts) < Options.UpdateProbability;
            if (stage.Slot is { } own) own.Count = slot.Count;
        }

        foreach (var label in Labels(slot))
        {
            if ((uint)label >= (uint)_classes) throw DecoupledErrors.LabelOutOfRange(label, _classes);
        }

        var top = _stages[^1].Slot!;
        if (_classes > 0) Labels(slot).CopyTo(top.Labels);
        else slot.Targets[..(slot.Count * slot.TargetsPerSample)].CopyTo(top.Targets);
    }

    private Span<int> Labels(BatchSlot slot) => _classes > 0 ? slot.Labels[..slot.Count] : default;

    /// <summary>Ordinary backpropagation: everything forward, everything backward, and then the updates.</summary>
    private bool StepLocked(BatchSlot slot, PieceJob? alongside, int pieces, out double norm)
    {
        ForwardAll(slot, alongside, pieces);
        var (squares, isFinite) = (0.0, true);
        for (var i = _stages.Length - 1; i >= 0; i--)
        {
            if (i < _stages.Length - 1) _stages[i + 1].Plan.InputGradient.CopyTo(_stages[i].Plan.Late);
            Backward(_stages[i]);
            var (own, fine) = _stages[i].Plan.Check();
            squares += own * own;
            isFinite &= fine;
        }

        norm = Math.Sqrt(squares);
        if (!isFinite || (Clipping is not null && !double.IsFinite(norm))) return false;
        foreach (var stage in _stages) Commit(stage, Clipping?.ChangeAt(norm) ?? GradientChange.None);
        return true;
    }

    /// <summary>Only the last segment learns; those below gather statistics. Returns the gradients' norm, NaN where something was not finite.</summary>
    private double StepTopOnly(BatchSlot slot, PieceJob? alongside, int pieces)
    {
        ForwardAll(slot, alongside, pieces);
        Backward(_stages[^1]);
        var norm = Finish(_stages[^1]);
        foreach (var stage in _stages[..^1])
        {
            if (!stage.Plan.CommitStatistics()) norm = double.NaN;
        }

        return norm;
    }

    /// <summary>Update-unlocked: a segment is updated before the next one runs forward.</summary>
    private double StepFromBelow(BatchSlot slot, PieceJob? alongside, int pieces)
    {
        var squares = 0.0;
        foreach (var stage in _stages)
        {
            Forward(stage, slot, stage.Number == 1 ? alongside : null, stage.Number == 1 ? pieces : 0);
            if (!_active[stage.Number - 1]) continue;
            squares += Update(stage, slot);
            if (stage.Number > 1) LearnGradient(_stages[stage.Number - 2], stage, slot);
        }

        return Math.Sqrt(squares);
    }

    /// <summary>Fully unlocked: every segment goes from the network's input to its update by itself, and only then modules learn from the segments beside them.</summary>
    private double StepApart(BatchSlot slot, PieceJob? alongside, int pieces)
    {
        var squares = 0.0;
        foreach (var stage in _stages)
        {
            if (stage.Input is { } module) module.Predict(slot.Features[..(slot.Count * slot.FeaturesPerSample)], default, slot.Count, 1, stage.Slot!.Features);
            Run(stage, slot, stage.Number == 1 ? alongside : null, stage.Number == 1 ? pieces : 0);
            if (_active[stage.Number - 1]) squares += Update(stage, slot);
        }

        foreach (var stage in _stages.Skip(1).Where(stage => _active[stage.Number - 1]))
        {
            var below = _stages[stage.Number - 2];
            Tell(SegmentAction.LearnInput, stage);
            if (stage.Input!.Learn(below.Plan.Output, 1, _counters.OfInput(stage.Number - 1), LearningRate * _moduleRate)) _counters.CountInput(stage.Number - 1);
            // The truth belongs to the input that the segment was given.
            below.Gradient!.Look(stage.Slot!.Features[..below.Plan.Output.Length], Labels(slot), slot.Count);
            LearnGradient(below, stage, slot);
        }

        return Math.Sqrt(squares);
    }

    private void ForwardAll(BatchSlot slot, PieceJob? alongside, int pieces)
    {
        foreach (var stage in _stages) Forward(stage, slot, stage.Number == 1 ? alongside : null, stage.Number == 1 ? pieces : 0);
    }

    /// <summary>Hands the result below on and runs a segment forward.</summary>
    private void Forward(Stage stage, BatchSlot slot, PieceJob? alongside, int pieces)
    {
        if (stage.Number > 1) _stages[stage.Number - 2].Plan.Output.CopyTo(stage.Slot!.Features);
        Run(stage, slot, alongside, pieces);
    }

    private void Run(Stage stage, BatchSlot slot, PieceJob? alongside, int pieces)
    {
        Tell(SegmentAction.Forward, stage);
        stage.Plan.Forward(stage.Slot ?? slot, alongside, pieces);
    }

    private void Backward(Stage stage)
    {
        Tell(SegmentAction.Backward, stage);
        stage.Plan.Backward();
    }

    /// <summary>Backward from the predicted gradient (from the true one at the top) and commit; the squared norm, NaN where something was not finite.</summary>
    private double Update(Stage stage, BatchSlot slot)
    {
        if (stage.Gradient is { } module)
        {
            Tell(SegmentAction.Predict, stage);
            module.Predict(stage.Plan.Output, Labels(slot), slot.Count, 1f / slot.Count, stage.Plan.Late);
        }

        Backward(stage);
        var norm = Finish(stage);
        return norm * norm;
    }

    private double Finish(Stage stage)
    {
        var (norm, isFinite) = stage.Plan.Check();
        if (!isFinite || (Clipping is not null && !double.IsFinite(norm))) return double.NaN;
        Commit(stage, Clipping?.ChangeAt(norm) ?? GradientChange.None);
        return norm;
    }

    private void Commit(Stage stage, GradientChange change)
    {
        Tell(SegmentAction.Update, stage);
        stage.Plan.Commit(_counters.OfSegment(stage.Number - 1), LearningRate, change);
        _counters.CountSegment(stage.Number - 1);
    }

    /// <summary>The module below learns what the segment above found for its input.</summary>
    private void LearnGradient(Stage below, Stage above, BatchSlot slot)
    {
        Tell(SegmentAction.LearnGradient, below);
        var module = below.Gradient!;
        if (!module.IsWaiting) module.Look(below.Plan.Output, Labels(slot), slot.Count);
        if (module.Learn(above.Plan.InputGradient, slot.Count, _counters.OfGradient(below.Number - 1), LearningRate * _moduleRate)) _counters.CountGradient(below.Number - 1);
    }

    private void Tell(SegmentAction action, Stage stage) => Trace?.Invoke(new SegmentEvent(action, stage.Number, Attempts));
}
