using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Normalization;

namespace Evenkeel.Engine.Steps;

/// <summary>Divides weights by their largest singular value, in one piece: its two products need each other's whole result.</summary>
public sealed class SpectralNormStep : Step, ILowering<SpectralNormNode>
{
    private readonly Shape _shape;
    private readonly int _rows;
    private readonly int _iterations;
    private readonly PlanBuffer _left;
    private readonly PlanBuffer _right;
    private readonly PlanBuffer _candidate;
    private readonly KernelEntry<SpectralNormArguments> _kernel;
    private PlanBuffer _input;
    private PlanBuffer _output;

    private SpectralNormStep(SpectralNormNode node, LoweringContext context)
        : base(node.Name)
    {
        (_shape, _rows) = (node.Output.Shape, node.Rows);
        _iterations = node.Iterates && context.Mode == PlanMode.Train ? 1 : 0;
        (_input, _left, _right) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context.BufferOf(node.Inputs[2]));
        (_output, _candidate) = (context.BufferOf(node.Output), context.BufferOf(node.Candidate));
        _kernel = KernelEntry<SpectralNormArguments>.Of<SpectralNorm>(context.Width);
    }

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Single);

    /// <inheritdoc/>
    public override long ScratchFloats => Math.Max(_rows, _shape.Channels);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_input, false), new(_left, false), new(_right, false)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_output, false), new(_candidate, false)];

    /// <summary>Adds the step.</summary>
    public static void Lower(SpectralNormNode node, LoweringContext context) => context.Add(new SpectralNormStep(node, context));

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => 1;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var arguments = new SpectralNormArguments
        {
            Weight = frame.Floats(_input),
            Rows = _rows,
            Units = _shape.Channels,
            Left = frame.Doubles(_left),
            Right = frame.Doubles(_right),
            Iterations = _iterations,
            Result = frame.Doubles(_candidate),
            Output = frame.Floats(_output),
            Scratch = frame.Scratch,
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_input == buffer) _input = by;
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"divide weights {_shape} by their largest singular value";
}
