using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Pooling;

namespace Evenkeel.Engine.Steps;

/// <summary>A pooling or the adjoint of one.</summary>
public sealed class PoolingStep : ImageStep, ILowering<MaxPoolingNode>, ILowering<MaxPoolingBackwardNode>, ILowering<AveragePoolingNode>, ILowering<AveragePoolingBackwardNode>
{
    private readonly string _what;
    private readonly PoolingShape _geometry;
    private readonly PoolingDivisor _divisor;
    private readonly bool _goesBackward;
    private readonly KernelEntry<PoolingArguments> _kernel;
    private PlanBuffer _input;
    private PlanBuffer _output;
    private PlanBuffer? _positions;

    private PoolingStep(
        Node node, string what, KernelEntry<PoolingArguments> kernel, PoolingShape geometry, PoolingDivisor divisor, bool goesBackward, PlanBuffer input, PlanBuffer output, PlanBuffer? positions, LoweringContext context)
        : base(node.Name, (goesBackward ? input : output).Shape, context)
    {
        (_what, _kernel, _geometry, _divisor, _goesBackward) = (what, kernel, geometry, divisor, goesBackward);
        (_input, _output, _positions) = (input, output, positions);
    }

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => !_goesBackward ? [OfImages(_input)] : _positions is null ? [OfImages(_output)] : [OfImages(_output), OfImages(_positions)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => _goesBackward ? [OfPiece(_input)] : _positions is null ? [OfPiece(_output)] : [OfPiece(_output), OfPiece(_positions)];

    /// <summary>Adds the step; positions are kept where a gradient needs them.</summary>
    public static void Lower(MaxPoolingNode node, LoweringContext context) => context.Add(new PoolingStep(
        node, "maximum", KernelEntry<PoolingArguments>.Of<MaxPooling>(context.Width), node.Geometry, default, goesBackward: false,
        context.BufferOf(node.Inputs[0]), context.BufferOf(node.Output), context.IsUsed(node.Positions) ? context.BufferOf(node.Positions) : null, context));

    /// <summary>Adds the step.</summary>
    public static void Lower(MaxPoolingBackwardNode node, LoweringContext context) => context.Add(new PoolingStep(
        node, "gradient of maximum", KernelEntry<PoolingArguments>.Of<MaxPoolingBackward>(context.Width), node.Geometry, default, goesBackward: true,
        context.BufferOf(node.Output), context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context));

    /// <summary>Adds the step.</summary>
    public static void Lower(AveragePoolingNode node, LoweringContext context) => context.Add(new PoolingStep(
        node, "average", KernelEntry<PoolingArguments>.Of<AveragePooling>(context.Width), node.Geometry, node.Divisor, goesBackward: false,
        context.BufferOf(node.Inputs[0]), context.BufferOf(node.Output), null, context));

    /// <summary>Adds the step.</summary>
    public static void Lower(AveragePoolingBackwardNode node, LoweringContext context) => context.Add(new PoolingStep(
        node, "adjoint of average", KernelEntry<PoolingArguments>.Of<AveragePoolingBackward>(context.Width), node.Geometry, node.Divisor, goesBackward: true,
        context.BufferOf(node.Output), context.BufferOf(node.Inputs[0]), null, context));

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var (firstImage, endImage, firstRow, endRow) = ImagesOf(in part);
        var arguments = new PoolingArguments
        {
            Shape = _geometry,
            Divisor = _divisor,
            Input = frame.Floats(_input),
            Output = frame.Floats(_output),
            Positions = frame.FloatsOrNull(_positions),
            FirstImage = firstImage,
            EndImage = endImage,
            FirstRow = firstRow,
            EndRow = endRow,
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_input == buffer) _input = by;
        if (_output == buffer) _output = by;
        if (_positions == buffer) _positions = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"{_what} pooling {(_goesBackward ? _output : _input).Shape} -> {(_goesBackward ? _input : _output).Shape}";
}
