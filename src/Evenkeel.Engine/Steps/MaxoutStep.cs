using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Elementwise;

namespace Evenkeel.Engine.Steps;

/// <summary>The largest piece of every unit, or its cotangent; cut by units, so that a piece of work has all pieces of its units.</summary>
public sealed class MaxoutStep : SweepStep, ILowering<MaxoutNode>, ILowering<MaxoutBackwardNode>
{
    private readonly int _pieces;
    private readonly KernelEntry<MaxoutArguments> _kernel;
    private PlanBuffer _input;
    private PlanBuffer _output;
    private PlanBuffer? _inputCotangent;

    private MaxoutStep(string name, Value output, Value input, Value? inputCotangent, int pieces, KernelEntry<MaxoutArguments> kernel, LoweringContext context)
        : base(name, output.Shape, context)
    {
        _pieces = pieces;
        _kernel = kernel;
        _input = context.BufferOf(input);
        _output = context.BufferOf(output);
        _inputCotangent = inputCotangent is null ? null : context.BufferOf(inputCotangent);
    }

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => _inputCotangent is null ? [Wide(_input)] : [Wide(_input), new(_output, true)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [_inputCotangent is null ? new(_output, true) : Wide(_inputCotangent)];

    /// <summary>Adds the step.</summary>
    public static void Lower(MaxoutNode node, LoweringContext context) =>
        context.Add(new MaxoutStep(node.Name, node.Output, node.Inputs[0], null, node.Pieces, KernelEntry<MaxoutArguments>.Of<MaxoutForward>(context.Width), context));

    /// <summary>Adds the step.</summary>
    public static void Lower(MaxoutBackwardNode node, LoweringContext context) =>
        context.Add(new MaxoutStep(node.Name, node.Inputs[0], node.Inputs[1], node.Output, node.Pieces, KernelEntry<MaxoutArguments>.Of<MaxoutBackward>(context.Width), context));

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var arguments = new MaxoutArguments
        {
            Input = frame.Floats(_input),
            Output = frame.Floats(_output),
            InputGradient = frame.FloatsOrNull(_inputCotangent),
            Pieces = _pieces,
            Units = Shape.Channels,
            Window = WindowOf(part, frame.Count),
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_input == buffer) _input = by;
        if (_output == buffer) _output = by;
        if (_inputCotangent == buffer) _inputCotangent = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"{(_inputCotangent is null ? "maxout" : "derivative of maxout")} of {_pieces} pieces to {Shape}";

    /// <summary>Panels of units are spread over the wider tensor; samples are not.</summary>
    private Access Wide(PlanBuffer buffer) => new(buffer, Grid.Kind == GridKind.Samples);
}
