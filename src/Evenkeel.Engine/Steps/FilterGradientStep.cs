using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels.Convolution;

namespace Evenkeel.Engine.Steps;

/// <summary>The gradient of a convolution by its filter. Every piece of samples sums for itself, and the sums are added in the order of the pieces; a filter too large for that is split among pieces instead.</summary>
public sealed class FilterGradientStep : Step, ILowering<ConvolutionFilterGradientNode>
{
    /// <summary>Private sums of so many floats (16 MB) are added in a small share of the time that it takes to make them.</summary>
    private const long MostPartialFloats = 4 * 1024 * 1024;

    private readonly ConvolutionAlgorithm _algorithm;
    private readonly PlanBuffer? _parts;
    private PlanBuffer _input;
    private PlanBuffer _cotangent;
    private PlanBuffer _result;

    private FilterGradientStep(ConvolutionFilterGradientNode node, LoweringContext context)
        : base(node.Name)
    {
        _algorithm = ConvolutionAlgorithms.Choose(ConvolutionDirection.FilterGradient, node.Geometry, context.Width);
        (_input, _cotangent, _result) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context.BufferOf(node.Output));
        var partialFloats = SampleCut.Pieces(context.Capacity) * node.Geometry.FilterFloats;
        var splits = _algorithm.ChannelStep > 0 && (partialFloats > MostPartialFloats || context.Capacity < SampleCut.LeastCapacity);
        Grid = new Grid(splits ? GridKind.Own : GridKind.Samples);
        if (!splits) _parts = context.NewWorkspace($"{node.Name}.parts", partialFloats);
    }

    /// <inheritdoc/>
    public override Grid Grid { get; }

    /// <inheritdoc/>
    public override int BlockRows => _algorithm.TakesRows && _algorithm.Shape.IsPointwise ? _algorithm.Shape.OutputHeight : 0;

    /// <inheritdoc/>
    public override long ScratchFloats => _algorithm.ScratchFloats;

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_input, _parts is not null), new(_cotangent, _parts is not null)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_parts ?? _result, false)];

    /// <summary>Adds the step, and the one that adds the pieces' sums.</summary>
    public static void Lower(ConvolutionFilterGradientNode node, LoweringContext context)
    {
        var step = new FilterGradientStep(node, context);
        context.Add(step);
        if (step._parts is { } parts) context.Add(new PartSumStep(node.Name, parts, node.Output.Shape, context.BufferOf(node.Output), context));
    }

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) =>
        _parts is not null ? SampleCut.Pieces(count) : (_algorithm.Shape.Filters + _algorithm.ChannelStep - 1) / _algorithm.ChannelStep;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var call = new ConvolutionCall
        {
            Input = frame.Floats(_input),
            Output = frame.Floats(_cotangent),
            Filter = _parts is null ? frame.Floats(_result) : frame.Floats(_parts) + (part.Piece * _algorithm.Shape.FilterFloats),
            Scratch = frame.Scratch,
            FirstImage = part.FirstSample,
            EndImage = part.EndSample,
            FirstRow = part.FirstRow,
            EndRow = part.IsByRows ? part.EndRow : _algorithm.Shape.OutputHeight,
            FirstChannel = _parts is null ? part.Piece * _algorithm.ChannelStep : 0,
            EndChannel = _parts is null ? Math.Min(_algorithm.Shape.Filters, (part.Piece + 1) * _algorithm.ChannelStep) : 0,
            Accumulate = !part.OpensPiece,
        };
        _algorithm.Run(ref call);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_input == buffer) _input = by;
        if (_cotangent == buffer) _cotangent = by;
        if (_result == buffer) _result = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"filter gradient {_input.Shape} * {_cotangent.Shape} -> {_result.Shape}{(_parts is null ? ", by filters" : "")} ({_algorithm.Name})";
}
