using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Pooling;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Engine.Steps;

/// <summary>Fractional maximum pooling or its adjoint, with regions that every sample draws anew at every attempt; even regions in evaluation.</summary>
public sealed class FractionalPoolingStep : ImageStep, ILowering<FractionalMaxPoolingNode>, ILowering<FractionalMaxPoolingBackwardNode>
{
    private readonly FractionalRegions _regions;
    private readonly string _streamName;
    private readonly bool _goesBackward;
    private readonly PoolingShape[] _shapes;
    private readonly KernelEntry<PoolingArguments> _kernel;
    private PlanBuffer _input;
    private PlanBuffer _output;
    private PlanBuffer? _positions;
    private RandomStream? _stream;

    private FractionalPoolingStep(string name, string stream, FractionalRegions regions, bool goesBackward, Value input, Value output, Value? positions, LoweringContext context)
        : base(name, (goesBackward ? input : output).Shape, context)
    {
        (_regions, _streamName, _goesBackward) = (regions, stream, goesBackward);
        (_input, _output, _positions) = (context.BufferOf(input), context.BufferOf(output), positions is null ? null : context.BufferOf(positions));
        _shapes = context.Mode == PlanMode.Evaluate ? [regions.Regular()] : [.. Enumerable.Range(0, context.Capacity).Select(_ => regions.Regular())];
        _kernel = goesBackward ? KernelEntry<PoolingArguments>.Of<MaxPoolingBackward>(context.Width) : KernelEntry<PoolingArguments>.Of<MaxPooling>(context.Width);
        IsDrawn = context.Mode == PlanMode.Train;
    }

    private bool IsDrawn { get; }

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => _goesBackward ? [OfImages(_output), OfImages(_positions!)] : [OfImages(_input)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => _goesBackward ? [OfPiece(_input)] : _positions is null ? [OfPiece(_output)] : [OfPiece(_output), OfPiece(_positions)];

    /// <summary>Adds the step; positions are kept where a gradient needs them.</summary>
    public static void Lower(FractionalMaxPoolingNode node, LoweringContext context) =>
        context.Add(new FractionalPoolingStep(node.Name, node.Name, node.Regions, false, node.Inputs[0], node.Output, context.IsUsed(node.Positions) ? node.Positions : null, context));

    /// <summary>Adds the step.</summary>
    public static void Lower(FractionalMaxPoolingBackwardNode node, LoweringContext context) =>
        context.Add(new FractionalPoolingStep(node.Name, node.Stream, node.Regions, true, node.Output, node.Inputs[0], node.Inputs[1], context));

    /// <inheritdoc/>
    public override void Begin(Frame frame)
    {
        if (!IsDrawn) return;
        _stream ??= new RandomStream(frame.Seed, _streamName);
        for (var sample = 0; sample < frame.Count; sample++) _regions.Draw(_shapes[sample], _stream.Value, sample, frame.Attempt);
    }

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var (firstImage, endImage, firstRow, endRow) = ImagesOf(in part);
        var arguments = new PoolingArguments
        {
            Input = frame.Floats(_input),
            Output = frame.Floats(_output),
            Positions = frame.FloatsOrNull(_positions),
            FirstRow = firstRow,
            EndRow = endRow,
        };
        for (var image = firstImage; image < endImage; image++)
        {
            (arguments.FirstImage, arguments.EndImage, arguments.Shape) = (image, image + 1, _shapes[IsDrawn ? image : 0]);
            _kernel.Run(ref arguments);
        }
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_input == buffer) _input = by;
        if (_output == buffer) _output = by;
        if (_positions == buffer) _positions = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"{(_goesBackward ? "gradient of " : "")}fractional maximum pooling {(_goesBackward ? _output : _input).Shape} -> {(_goesBackward ? _input : _output).Shape}";
}
