using System.Collections.Immutable;
using Evenkeel.Engine.Inspection;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Passes;
using Evenkeel.Engine.Planning;
using Evenkeel.Engine.Steps;
using Evenkeel.Graph;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Memory;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Engine.Execution;

/// <summary>The steps, memory and team behind every kind of plan.</summary>
internal sealed unsafe class CompiledPlan : IDisposable
{
    private readonly Region[] _regions;

    // Where the backward pass begins, in a plan whose passes run apart; else behind all regions.
    private readonly int _turn;
    private readonly Region[] _preparation;
    private readonly int _alongsideAt;
    private readonly IVerdict[] _verdicts;
    private readonly Frame[] _frames;
    private readonly WorkTeam _team;
    private readonly bool _ownsTeam;

    /// <summary>Compiles what is needed to make the targets.</summary>
    /// <param name="model">The model.</param>
    /// <param name="mode">Train or evaluate.</param>
    /// <param name="targets">The values that the caller wants, in the order in which they are best made.</param>
    /// <param name="target">The input of labels or targets, or null.</param>
    /// <param name="gradients">For parameters: the value that goes into the gradient segment.</param>
    /// <param name="options">Capacity, team, width, passes.</param>
    /// <param name="isSplit">Whether the backward pass runs apart from the forward pass, which ends with the first of the targets.</param>
    /// <param name="late">The input that arrives between the passes, or null.</param>
    public CompiledPlan(Model model, PlanMode mode, IReadOnlyList<Value> targets, InputNode? target, IReadOnlyDictionary<Value, Value>? gradients, PlanOptions options, bool isSplit = false, InputNode? late = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Capacity);
        foreach (var pass in options.DisabledPasses)
        {
            if (!PassList.Names.Contains(pass)) throw EngineException.UnknownPass(pass, PassList.Names);
        }

        Capacity = options.Capacity;
        var order = NodeOrder.Of([.. targets]);
        var used = new HashSet<Value>(order.SelectMany(static node => node.Inputs).Concat(targets), ReferenceEqualityComparer.Instance);
        Context = new LoweringContext(mode, options.Capacity, options.ResolvedWidth, used);
        BindLeaves(order, model, target, late);
        foreach (var (parameter, gradient) in gradients ?? ImmutableDictionary<Value, Value>.Empty)
            BindGradient(model.Parameters[parameter.Producer.Name], gradient);
        foreach (var node in order) LoweringTable.Lower(node, Context);
        if (mode == PlanMode.Train && gradients is not null) Context.Loss = Context.BufferOf(targets[0]);
        foreach (var value in targets) Context.Results.Add(Context.BufferOf(value));

        var passes = new List<PassReport>();
        foreach (var pass in PassList.All)
        {
            if (!options.DisabledPasses.Contains(pass.Name)) passes.Add(new(pass.Name, pass.Summary, pass.Apply(Context)));
        }

        var merges = !options.DisabledPasses.Contains(PassList.MergeRegions);
        var cutsRows = !options.DisabledPasses.Contains(PassList.CutRows);
        var turn = isSplit ? TurnOf(targets[0], late) : Context.Steps.Count;
        var regions = RegionBuilder.Build(Context.Steps[..turn], merges, cutsRows);
        _turn = regions.Count;
        regions.AddRange(RegionBuilder.Build(Context.Steps[turn..], merges, cutsRows));
        var localFloats = options.DisabledPasses.Contains(PassList.KeepLocal) ? 0 : LocalPlanner.Place(regions, Context.Results);
        if (!options.DisabledPasses.Contains(PassList.ReuseInPlace)) ArenaPlanner.ReuseInPlace(regions, Context.Results);
        var arenaFloats = ArenaPlanner.Place(regions, Context.Results, options.Capacity);
        _regions = [.. regions];
        _preparation = [.. RegionBuilder.Build(Context.Preparation, merge: false, cutsRows)];
        foreach (var region in _regions.Concat(_preparation)) region.Seal();
        // Beside a region that has work for one thread alone another job is free.
        _alongsideAt = Math.Max(0, Array.FindIndex(_regions, 0, _turn, region => region.IsSerial(options.Capacity)));
        _verdicts = [.. Context.Steps.OfType<IVerdict>()];

        _ownsTeam = options.Team is null;
        _team = options.Team ?? WorkTeam.Lease(options.Threads);
        var arena = new NativeBuffer(arenaFloats);
        var derived = new NativeBuffer(Context.DerivedFloats);
        Binding = new RunBinding { Seed = options.Seed };
        Binding.Bind(Segment.Arena, arena.Pointer, arena);
        Binding.Bind(Segment.Derived, derived.Pointer, derived);
        Binding.Bind(Segment.Parameters, model.Parameters.Pointer, model.Parameters);
        Binding.Bind(Segment.States, (float*)model.States.Pointer, model.States);
        var scratchFloats = _regions.Concat(_preparation).SelectMany(static region => region.Steps).Select(static step => step.ScratchFloats).DefaultIfEmpty().Max();
        _frames = new Frame[_team.Threads];
        for (var i = 0; i < _frames.Length; i++) (_frames[i] = new Frame(Binding)).Allocate(scratchFloats, localFloats);
        Listing = new PlanListing(mode, options.Capacity, options.ResolvedWidth, _team.Threads, _regions, _preparation, passes, arenaFloats * sizeof(float), (Context.DerivedFloats + _frames.Sum(static frame => frame.OwnFloats)) * sizeof(float), SavedBytes(targets));
    }

    public int Capacity { get; }

    public LoweringContext Context { get; }

    /// <summary>What all workers share.</summary>
    public RunBinding Binding { get; }

    /// <summary>The caller's own view.</summary>
    public Frame Frame => _frames[0];

    public PlanListing Listing { get; }

    public WorkTeam Team => _team;

    /// <summary>Whether everything that the newest run looked at was finite.</summary>
    public bool IsFinite
    {
        get
        {
            foreach (var verdict in _verdicts)
            {
                if (!verdict.IsFinite) return false;
            }

            return true;
        }
    }

    public void Prepare()
    {
        Binding.Count = Capacity;
        foreach (var region in _preparation) region.Execute(_frames, _team);
        GC.KeepAlive(this);
    }

    public void Run(BatchSlot slot, PieceJob? alongside = null, int pieces = 0) => Run(slot, _regions.Length, alongside, pieces);

    /// <summary>The region that runs a step.</summary>
    public int RegionOf(Step step) => Array.FindIndex(_regions, region => region.Steps.Contains(step));

    /// <summary>Runs the first regions alone.</summary>
    public void Run(BatchSlot slot, int regions, PieceJob? alongside = null, int pieces = 0)
    {
        RequireCount(slot.Count);
        Binding.Count = slot.Count;
        Binding.Bind(Segment.Features, slot.FeaturePointer, slot);
        Binding.Bind(Segment.Targets, slot.TargetPointer, slot);

        // A plan that only observes its own input has no region.
        for (var i = 0; i < regions; i++)
        {
            if (i == _alongsideAt) _regions[i].Execute(_frames, _team, alongside, pieces);
            else _regions[i].Execute(_frames, _team);
        }

        // Kernels hold addresses alone; the plan holds the binding, and that the owners of all memory.
        GC.KeepAlive(this);

        // A run that was cut short has not reached all that judge it.
        if (regions < _regions.Length) return;
        foreach (var verdict in _verdicts) verdict.ThrowIfInvalid();
    }

    /// <summary>Runs what comes before the backward pass of a split plan, and all of any other.</summary>
    public void RunForward(BatchSlot slot, PieceJob? alongside = null, int pieces = 0) => Run(slot, _turn, alongside, pieces);

    /// <summary>Runs the backward pass of a split plan on the batch of the newest forward pass, whose inputs must still be there.</summary>
    public void RunBackward()
    {
        for (var i = _turn; i < _regions.Length; i++) _regions[i].Execute(_frames, _team);
        GC.KeepAlive(this);
        foreach (var verdict in _verdicts) verdict.ThrowIfInvalid();
    }

    public void RequireCount(int count)
    {
        if (count < 1 || count > Capacity) throw EngineException.BadCount(count, Capacity);
    }

    /// <summary>Statistics of one value say nothing: batch normalisation in training needs two.</summary>
    public static void RequireBatch(string name, Shape shape, int count)
    {
        if (shape.Rows(count) < 2) throw EngineException.OneValuePerChannel(name, $"[{string.Join(", ", shape.Sizes.Prepend(count))}]");
    }

    public ReadOnlySpan<float> Read(Value value) =>
        new(Frame.Floats(Context.BufferOf(value)), checked((int)value.Shape.Elements(Frame.Count)));

    public float Scalar(Value value) => *Frame.Floats(Context.BufferOf(value));

    public void Dispose()
    {
        if (_ownsTeam) _team.Dispose();
    }

    /// <summary>The first step of the backward pass: the one that reads what arrives late, or the one behind the loss.</summary>
    private int TurnOf(Value head, InputNode? late)
    {
        if (late is null) return Context.Steps.FindLastIndex(step => step.Writes.Any(access => access.Buffer == Context.BufferOf(head))) + 1;
        var turn = Context.Steps.FindIndex(step => step.Reads.Any(access => access.Buffer == Context.BufferOf(late.Output)));
        return turn < 0 ? Context.Steps.Count : turn;
    }

    private void BindLeaves(IReadOnlyList<Node> order, Model model, InputNode? target, InputNode? late)
    {
        foreach (var node in order)
        {
            switch (node)
            {
                case InputNode input when ReferenceEquals(input, model.Input):
                    Context.BufferOf(input.Output).Pin(Segment.Features, 0);
                    break;
                case InputNode input when ReferenceEquals(input, late):
                    Context.BufferOf(input.Output).Pin(Segment.Late, 0);
                    break;
                case InputNode input when ReferenceEquals(input, target):
                    Context.BufferOf(input.Output).Pin(Segment.Targets, 0);
                    break;
                case ParameterNode parameter:
                    Context.BufferOf(parameter.Output).Pin(Segment.Parameters, model.Parameters[parameter.Name].Offset);
                    break;
                case StateNode state:
                    Context.BufferOf(state.Output).Pin(Segment.States, model.States[state.Name].Offset * sizeof(double) / sizeof(float));
                    break;
            }
        }
    }

    private void BindGradient(Tensor<float> parameter, Value gradient)
    {
        var buffer = Context.BufferOf(gradient);
        if (buffer.IsPinned) throw new NotSupportedException($"The gradient of '{parameter.Name}' is also '{buffer.Name}': two parameters share one gradient tensor.");
        buffer.Pin(Segment.Gradients, parameter.Offset);
    }

    /// <summary>Bytes that the forward pass leaves for the backward pass: buffers made before the loss and read after it.</summary>
    private long SavedBytes(IReadOnlyList<Value> targets)
    {
        if (Context.Mode != PlanMode.Train) return 0;
        var steps = Context.Steps;
        var end = steps.FindIndex(step => step.Writes.Any(access => access.Buffer.Root == Context.BufferOf(targets[0]).Root));
        if (end < 0) return 0;
        // Packed filters are copies of parameters, whenever they are made.
        var made = steps.Take(end + 1).Where(static step => step is not PackFilterStep).SelectMany(static step => step.Writes).Select(static access => access.Buffer.Root).ToHashSet();
        return steps.Skip(end + 1).SelectMany(static step => step.Reads).Select(static access => access.Buffer.Root).Distinct()
            .Where(buffer => made.Contains(buffer) && !buffer.IsPinned).Sum(buffer => buffer.Floats(Capacity) * sizeof(float));
    }
}
