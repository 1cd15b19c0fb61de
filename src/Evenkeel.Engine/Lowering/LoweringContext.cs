using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Engine.Lowering;

/// <summary>Which plan of a model is compiled.</summary>
public enum PlanMode
{
    /// <summary>Batch statistics, dropout, gradients.</summary>
    Train,

    /// <summary>Running statistics, no dropout.</summary>
    Evaluate,
}

/// <summary>What a lowering sees: buffers of values, a place to add steps, and the facts of the plan.</summary>
public sealed class LoweringContext
{
    private readonly Dictionary<Value, PlanBuffer> _buffers = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Value> _used;
    private readonly List<PlanBuffer> _all = [];
    private long _derived;
    private int _first;

    internal LoweringContext(PlanMode mode, int capacity, int width, HashSet<Value> used)
    {
        Mode = mode;
        Capacity = capacity;
        Width = width;
        _used = used;
    }

    /// <summary>Which plan it is.</summary>
    public PlanMode Mode { get; }

    /// <summary>The most samples of a run.</summary>
    public int Capacity { get; }

    /// <summary>The pack width in bits.</summary>
    public int Width { get; }

    internal List<Step> Steps { get; } = [];

    internal HashSet<PlanBuffer> Results { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>The loss of a training plan: the backward pass begins behind the step that writes it.</summary>
    internal PlanBuffer? Loss { get; set; }

    internal List<Step> Preparation { get; } = [];

    internal IReadOnlyList<PlanBuffer> Buffers => _all;

    internal long DerivedFloats => _derived;

    /// <summary>Whether anybody reads the value; where not, its memory need not be filled.</summary>
    /// <param name="value">A value of the graph that is compiled.</param>
    public bool IsUsed(Value value) => _used.Contains(value);

    /// <summary>The buffer of a value, made at the first call.</summary>
    /// <param name="value">A value of the graph that is compiled.</param>
    public PlanBuffer BufferOf(Value value)
    {
        if (_buffers.TryGetValue(value, out var buffer)) return buffer;
        buffer = value.Producer is ReshapeNode view
            ? BufferOf(view.Inputs[0])
            : NewBuffer(value.Name, value.Shape);
        _buffers[value] = buffer;
        return buffer;
    }

    /// <summary>Gives a value a buffer of the lowering's own choice, before anybody asks for it.</summary>
    internal void Assign(Value value, PlanBuffer buffer) => _buffers.Add(value, buffer);

    /// <summary>Lets a value share the buffer of another one, because the operation between them does nothing in this plan.</summary>
    /// <param name="value">The value that needs no memory of its own.</param>
    /// <param name="with">The value whose buffer it shares.</param>
    public void Identify(Value value, Value with) => _buffers[value] = BufferOf(with);

    /// <summary>Adds a step to every run.</summary>
    /// <param name="step">A step whose reads and writes name buffers of this context.</param>
    public void Add(Step step) => Steps.Add(step);

    /// <summary>Takes out the steps that make a value, because nobody reads it in this plan.</summary>
    internal void LeaveOut(Value value)
    {
        var buffer = BufferOf(value);
        Steps.RemoveAll(step => step.Writes.All(access => access.Buffer == buffer));
    }

    /// <summary>Adds a step that needs nothing that a run makes, before all others, so that nobody waits for it.</summary>
    /// <param name="step">A step whose reads and writes name buffers of this context.</param>
    public void AddFirst(Step step) => Steps.Insert(_first++, step);

    /// <summary>Adds a step that runs only when parameters or states have changed.</summary>
    /// <param name="step">A step whose reads and writes name buffers of this context.</param>
    public void AddPreparation(Step step) => Preparation.Add(step);

    /// <summary>A buffer inside a run.</summary>
    /// <param name="name">Names the memory in listings.</param>
    /// <param name="shape">With a leading count where it grows with the batch.</param>
    public PlanBuffer NewBuffer(string name, Shape shape)
    {
        var size = TensorLayout.Align(shape.ElementsPerSample);
        var buffer = shape.IsBatched ? new PlanBuffer(name, shape.ElementsPerSample, TensorLayout.Alignment, shape) : new PlanBuffer(name, 0, size, shape);
        _all.Add(buffer);
        return buffer;
    }

    /// <summary>Memory of a fixed size inside a run.</summary>
    /// <param name="name">Names the memory in listings.</param>
    /// <param name="floats">How many, whatever the batch.</param>
    public PlanBuffer NewWorkspace(string name, long floats)
    {
        var buffer = new PlanBuffer(name, 0, TensorLayout.Align(floats), Shape.Scalar);
        _all.Add(buffer);
        return buffer;
    }

    /// <summary>Memory that keeps its values between runs.</summary>
    /// <param name="name">Names the memory in listings.</param>
    /// <param name="shape">Without a count.</param>
    public PlanBuffer NewDerived(string name, Shape shape)
    {
        var buffer = new PlanBuffer(name, 0, TensorLayout.Align(shape.ElementsPerSample), shape);
        buffer.Pin(Segment.Derived, _derived);
        _derived += buffer.FixedFloats;
        return buffer;
    }
}
