using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Inspection;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Memory;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Engine;

/// <summary>A part of a model with an arena, an update and a commit of its own, whose forward and backward passes run apart: what the backward pass starts from may arrive later, or be a guess.</summary>
/// <remarks>
/// The calls of a step are <see cref="Forward"/>, then <see cref="Backward"/> (after <see cref="Late"/> was filled, where the segment has it), then <see cref="Check"/> and <see cref="Commit"/>; each may be left out with all behind it.
/// One thread at a time may use a plan; plans of different parts of one model may run at the same time. The same inputs give the same bits for any number of threads.
/// </remarks>
public sealed unsafe class SegmentPlan : IDisposable
{
    private readonly DifferentiatedPlan _core;
    private readonly CompiledPlan _plan;
    private readonly UpdateRegion _update;
    private readonly StateUpdate[] _states;
    private readonly NativeBuffer? _late;
    private readonly int _latePerSample;

    private SegmentPlan(Model part, Loss? loss, bool targetsAreLate, UpdateMemory memory, bool inputGradient, PlanOptions options)
    {
        if (CarriedState.IsIn(part)) throw EngineException.CarriedElsewhere("a model that is cut into segments");
        _core = new DifferentiatedPlan(part, new DifferentiatedValues
        {
            Loss = loss,
            TargetsAreLate = targetsAreLate,
            IsSplit = true,
            InputGradient = inputGradient,
            Others = StateUpdate.Candidates(part),
            Gradients = memory.Gradients,
        }, options);
        _plan = _core.Plan;
        if (_core.Late is { } late)
        {
            _latePerSample = checked((int)late.Output.Shape.ElementsPerSample);
            _late = new NativeBuffer((long)options.Capacity * _latePerSample);
            _plan.Binding.Bind(Segment.Late, _late.Pointer, _late);
        }

        _update = new UpdateRegion(part, memory.Gradients, memory.Slots, memory.Method, options.ResolvedWidth);
        _states = StateUpdate.All(part, _plan);
    }

    /// <summary>Indexes the random streams (dropout) of the next run.</summary>
    public long Attempt { get; set; }

    /// <summary>The plan as text and JSON.</summary>
    public PlanListing Listing => _plan.Listing;

    /// <summary>What the newest forward pass made, sample by sample; valid until the next one. Empty for a part that ends in a loss with targets of its batch.</summary>
    public ReadOnlySpan<float> Output => _core.Output;

    /// <summary>Where the backward pass of the newest batch starts: the cotangent of <see cref="Output"/>, or the targets of a loss that come late; empty for a part that has its targets in the batch. Fill it before <see cref="Backward"/>.</summary>
    public Span<float> Late => _late is null ? default : _late.Span[..(_plan.Frame.Count * _latePerSample)];

    /// <summary>The gradient by the features of the newest backward pass; empty where it was not asked for. Valid until the next run.</summary>
    public ReadOnlySpan<float> InputGradient => _core.InputGradient is { } value ? _plan.Read(value) : default;

    /// <summary>The mean loss of the newest batch; NaN for a part without a loss.</summary>
    public float Loss => _core.Loss;

    /// <summary>How many samples of the newest batch were classified rightly; 0 where the loss does not say.</summary>
    public int Correct => _core.Correct;

    /// <summary>Compiles an inner part: its backward pass starts from the cotangent of its output.</summary>
    /// <param name="part">A part of a model (<see cref="Model.Part"/>), or a whole one.</param>
    /// <param name="memory">Gradients and optimizer slots of the whole model.</param>
    /// <param name="inputGradient">Whether the gradient by the features is wanted too.</param>
    /// <param name="options">Capacity, team, width.</param>
    /// <exception cref="EngineException">EK0201: a node has no lowering. EK0206: unknown pass.</exception>
    public static SegmentPlan CompileInner(Model part, UpdateMemory memory, bool inputGradient, PlanOptions? options = null) =>
        new(part, null, targetsAreLate: false, memory, inputGradient, options ?? new PlanOptions());

    /// <summary>Compiles a part that ends in a loss.</summary>
    /// <param name="part">A part of a model, or a whole one.</param>
    /// <param name="loss">What to make small.</param>
    /// <param name="targetsAreLate">Whether targets are handed in by <see cref="Late"/> after the forward pass; else the batch has them.</param>
    /// <param name="memory">Gradients and optimizer slots of the whole model.</param>
    /// <param name="inputGradient">Whether the gradient by the features is wanted too.</param>
    /// <param name="options">Capacity, team, width.</param>
    /// <exception cref="EngineException">EK0201: a node has no lowering. EK0206: unknown pass.</exception>
    public static SegmentPlan CompileTop(Model part, Loss loss, bool targetsAreLate, UpdateMemory memory, bool inputGradient, PlanOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return new(part, loss, targetsAreLate, memory, inputGradient, options ?? new PlanOptions());
    }

    /// <summary>Input memory for this plan.</summary>
    public BatchSlot CreateSlot() => _core.CreateSlot();

    /// <summary>Throws where a batch cannot be run, before anything has happened.</summary>
    /// <param name="count">The samples.</param>
    /// <exception cref="EngineException">EK0202: bad count. EK1001: one value per channel.</exception>
    public void Require(int count) => _core.Require(count);

    /// <summary>Runs the forward pass, and beside one of its regions the pieces of another job.</summary>
    /// <param name="slot">The batch; its contents must stay until the backward pass has run.</param>
    /// <param name="alongside">The other job; null for none.</param>
    /// <param name="pieces">Its pieces.</param>
    /// <exception cref="EngineException">EK0202: bad count. EK1001: one value per channel.</exception>
    public void Forward(BatchSlot slot, PieceJob? alongside = null, int pieces = 0)
    {
        Require(slot.Count);
        _plan.Binding.Attempt = Attempt;
        _plan.RunForward(slot, alongside, pieces);
    }

    /// <summary>Runs the backward pass of the newest forward pass.</summary>
    /// <exception cref="EngineException">EK0203: a label out of range.</exception>
    public void Backward() => _plan.RunBackward();

    /// <summary>Reads the part's gradients once.</summary>
    /// <returns>Their Euclidean norm, and whether they and all that the passes looked at are finite.</returns>
    public (double Norm, bool IsFinite) Check() => _core.Check();

    /// <summary>Updates the part's parameters, slots and running statistics: the end of a transaction.</summary>
    /// <param name="commit">Commits of this part before this one: it indexes bias corrections.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="change">What happens to the gradients first.</param>
    public void Commit(long commit, float learningRate, GradientChange change)
    {
        _update.Run(_plan.Team, commit, learningRate, change);
        CommitStatistics();
    }

    /// <summary>Moves the running statistics alone, where the newest forward pass was finite.</summary>
    /// <returns>Whether it was.</returns>
    public bool CommitStatistics()
    {
        if (!_plan.IsFinite) return false;
        foreach (var state in _states) state.Commit();
        return true;
    }

    /// <summary>Gives the threads back.</summary>
    public void Dispose() => _core.Dispose();
}
