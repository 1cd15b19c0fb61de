using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Initializers;
using Evenkeel.Optimization.Optimizers;
using BatchSlot = Evenkeel.Engine.BatchSlot;

namespace Evenkeel.Lab.Trials;

/// <summary>The sizes of a <see cref="RecurrentWindow"/>.</summary>
/// <param name="Steps">Time steps.</param>
/// <param name="Features">Numbers that go in at each.</param>
/// <param name="Outputs">Numbers that come out at each.</param>
/// <param name="Units">Units of the LSTM.</param>
/// <param name="BatchSize">Sequences side by side.</param>
internal readonly record struct WindowSizes(int Steps, int Features, int Outputs, int Units, int BatchSize)
{
    /// <summary>Units of a layer with ReLU before the LSTM. Default 0 for none.</summary>
    public int Hidden { get; init; }

    /// <summary>Whether the state behind the first step also says which gradient it expects for the state at the window's end. Default no.</summary>
    public bool Auxiliary { get; init; }
}

/// <summary>An LSTM over one window of time steps, from a state that is given to the one that it ends in; the passes run apart, so that the gradient of outputs and last state can come from elsewhere.</summary>
/// <remarks>A state is h and c of every sequence, <c>[N, 2 * units]</c>. Adam moves the parameters.</remarks>
internal sealed class RecurrentWindow : IDisposable
{
    private readonly WindowSizes _sizes;
    private readonly SegmentPlan _plan;
    private readonly BatchSlot _slot;
    private long _commits;

    /// <param name="name">What its parameters are called by.</param>
    /// <param name="sizes">Its sizes.</param>
    /// <param name="seed">Of the first weights.</param>
    /// <param name="options">Capacity, threads.</param>
    public RecurrentWindow(string name, WindowSizes sizes, ulong seed, PlanOptions options)
    {
        _sizes = sizes;
        Model = new Sequential((name, new Functional(Build))).Build(Shape.Batch(InputsPerWindow + StateSize), seed);
        Memory = new UpdateMemory(Model, new Adam());
        _plan = SegmentPlan.CompileInner(Model, Memory, inputGradient: true, options);
        _slot = _plan.CreateSlot();
        _slot.Count = sizes.BatchSize;
    }

    /// <summary>The network of one window.</summary>
    public Model Model { get; }

    /// <summary>Its gradients and what Adam remembers.</summary>
    public UpdateMemory Memory { get; }

    /// <summary>Numbers of h and c of a sequence.</summary>
    public int StateSize => 2 * _sizes.Units;

    private int InputsPerWindow => _sizes.Steps * _sizes.Features;

    private int OutputsPerWindow => _sizes.Steps * _sizes.Outputs;

    private int ExpectedSize => _sizes.Auxiliary ? StateSize : 0;

    /// <summary>Where the last state stands in a row of what comes out: behind the outputs and the expected gradient.</summary>
    private int EndStart => OutputsPerWindow + ExpectedSize;

    /// <summary>The state before the first step of a sequence: zero.</summary>
    public float[] NoState() => new float[_sizes.BatchSize * StateSize];

    /// <summary>Sets all inputs to zero.</summary>
    public void ClearInputs() => _slot.Features.Clear();

    /// <summary>Where the inputs of a step go; they stay until they are written again.</summary>
    public Span<float> Inputs(int sample, int step) => _slot.Features.Slice(((InputsPerWindow + StateSize) * sample) + (step * _sizes.Features), _sizes.Features);

    /// <summary>Runs the window from a state; the gradients of all that comes out are zero then.</summary>
    public void Forward(ReadOnlySpan<float> state)
    {
        for (var n = 0; n < _sizes.BatchSize; n++) state.Slice(n * StateSize, StateSize).CopyTo(_slot.Features[(((InputsPerWindow + StateSize) * n) + InputsPerWindow)..]);
        _plan.Forward(_slot);
        _plan.Late.Clear();
    }

    /// <summary>What came out at a step.</summary>
    public ReadOnlySpan<float> Outputs(int sample, int step) => _plan.Output.Slice(((EndStart + StateSize) * sample) + (step * _sizes.Outputs), _sizes.Outputs);

    /// <summary>Where the gradient of a step's outputs goes.</summary>
    public Span<float> OutputGradients(int sample, int step) => _plan.Late.Slice(((EndStart + StateSize) * sample) + (step * _sizes.Outputs), _sizes.Outputs);

    /// <summary>The gradient that the first step expects for the state at the end, with <see cref="WindowSizes.Auxiliary"/>; else empty.</summary>
    public ReadOnlySpan<float> Expected(int sample) => _plan.Output.Slice(((EndStart + StateSize) * sample) + OutputsPerWindow, ExpectedSize);

    /// <summary>Where the gradient of <see cref="Expected"/> goes.</summary>
    public Span<float> ExpectedGradients(int sample) => _plan.Late.Slice(((EndStart + StateSize) * sample) + OutputsPerWindow, ExpectedSize);

    /// <summary>The state in which the window ended.</summary>
    public float[] EndState() => States(_plan.Output, EndStart);

    /// <summary>Gives the state in which the window ended its gradient.</summary>
    public void HandEnd(ReadOnlySpan<float> gradient)
    {
        for (var n = 0; n < _sizes.BatchSize; n++) gradient.Slice(n * StateSize, StateSize).CopyTo(_plan.Late[(((EndStart + StateSize) * n) + EndStart)..]);
    }

    /// <summary>Runs backward and updates the parameters, unless something is not finite.</summary>
    /// <returns>Whether all was finite.</returns>
    public bool Learn(float rate)
    {
        _plan.Backward();
        var (_, isFinite) = _plan.Check();
        if (isFinite) _plan.Commit(_commits++, rate, GradientChange.None);
        return isFinite;
    }

    /// <summary>What the backward pass gave for the state in which the window began.</summary>
    public float[] BeginGradient() => States(_plan.InputGradient, InputsPerWindow);

    /// <summary>What the backward pass gave for a step's inputs.</summary>
    public ReadOnlySpan<float> InputGradients(int sample, int step) => _plan.InputGradient.Slice(((InputsPerWindow + StateSize) * sample) + (step * _sizes.Features), _sizes.Features);

    /// <summary>Gives the thread back.</summary>
    public void Dispose() => _plan.Dispose();

    private float[] States(ReadOnlySpan<float> rows, int start)
    {
        var states = NoState();
        for (var n = 0; n < _sizes.BatchSize; n++) rows.Slice((n * (start + StateSize)) + start, StateSize).CopyTo(states.AsSpan(n * StateSize));
        return states;
    }

    private Value Build(BuildScope scope, Value input)
    {
        var (units, steps) = (_sizes.Units, _sizes.Steps);
        Value Slice(string name, int start, int count) => new SliceNode(scope.NameOf(name), input, ImageSlice.OfChannels(input.Shape, start, count)).Output;
        var bound = 1 / MathF.Sqrt(units);
        var even = new Uniform(-bound, bound);
        Value Parameter(string name, Shape shape) => scope.Parameter(name, shape, even, decays: shape.Rank > 1);
        var sequence = new ReshapeNode(scope.NameOf("sequence"), Slice("inputs", 0, InputsPerWindow), Shape.Batch(steps, _sizes.Features)).Output;
        if (_sizes.Hidden > 0) sequence = scope.Apply("activation", new Relu(), scope.Apply("hidden_layer", new Dense(_sizes.Hidden), sequence));
        var product = new MatrixProductNode(scope.NameOf("input"), sequence, Parameter("weight_ih_l0", Shape.Of(sequence.Shape.Channels, 4 * units))).Output;
        var projected = new BiasAddNode(scope.NameOf("bias_ih"), product, Parameter("bias_ih_l0", Shape.Of(4 * units))).Output;
        var recurrence = new RecurrentNode(scope.NameOf("lstm"), RecurrentCell.Lstm, projected, Parameter("weight_hh_l0", Shape.Of(units, 4 * units)), new RecurrentInputs
        {
            InitialHidden = Slice("hidden", InputsPerWindow, units),
            InitialCell = Slice("cell", InputsPerWindow + units, units),
        });
        var said = new MatrixProductNode(scope.NameOf("output"), recurrence.Output, Parameter("output_weight", Shape.Of(units, _sizes.Outputs))).Output;
        var biased = new BiasAddNode(scope.NameOf("output_bias_add"), said, Parameter("output_bias", Shape.Of(_sizes.Outputs))).Output;
        var outputs = new ReshapeNode(scope.NameOf("outputs"), biased, Shape.Batch(OutputsPerWindow)).Output;
        if (!_sizes.Auxiliary) return new ConcatenationNode(scope.NameOf("ends"), outputs, recurrence.LastHidden, recurrence.LastCell).Output;
        var states = new ReshapeNode(scope.NameOf("states"), recurrence.Output, Shape.Batch(steps * units)).Output;
        var first = new SliceNode(scope.NameOf("first_state"), states, ImageSlice.OfChannels(states.Shape, 0, units)).Output;
        var expected = scope.Apply("expected", new Dense(StateSize, new DenseOptions { WeightInitializer = Constant.Zero }), first);
        return new ConcatenationNode(scope.NameOf("ends"), outputs, expected, recurrence.LastHidden, recurrence.LastCell).Output;
    }
}
