using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.Convolution;

namespace Evenkeel.Engine.Steps;

/// <summary>A convolution, with a bias where one was fused, or its gradient by the input.</summary>
public sealed class ConvolutionStep : ImageStep, ILinearStep, ILowering<ConvolutionNode>, ILowering<ConvolutionInputGradientNode>
{
    /// <summary>A filter of 256 KB and more does not stay in the second cache level beside the images of a chain.</summary>
    private const long BroadFilterFloats = 64 * 1024;

    private readonly ConvolutionDirection _direction;
    private readonly ConvolutionAlgorithm _algorithm;
    private readonly PackFilterStep? _pack;

    private ConvolutionStep(ConvolutionProductNode node, ConvolutionDirection direction, Value result, LoweringContext context)
        : base(node.Name, result.Shape, context, isBroad: node.Geometry.FilterFloats > BroadFilterFloats)
    {
        _direction = direction;
        _algorithm = ConvolutionAlgorithms.Choose(direction, node.Geometry, context.Width, byRows: context.Capacity < SampleCut.LeastCapacity);
        (Source, Filter, Result) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context.BufferOf(result));
        if (_algorithm.PackPieces > 0) _pack = AddPack(context);
    }

    /// <summary>x, or dy for the gradient.</summary>
    public PlanBuffer Source { get; private set; }

    /// <summary>w as the model stores it.</summary>
    public PlanBuffer Filter { get; private set; }

    /// <summary>y, or dx for the gradient.</summary>
    public PlanBuffer Result { get; private set; }

    /// <summary>The bias, one number per filter, where one was fused.</summary>
    public PlanBuffer? Bias { get; set; }

    /// <inheritdoc/>
    public override int BlockRows => _algorithm.TakesRows && _algorithm.Shape.IsPointwise ? ImageRows : 0;

    /// <inheritdoc/>
    public override long ScratchFloats => _algorithm.ScratchFloats;

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads
    {
        get
        {
            yield return OfImages(Source);
            yield return new(_pack?.Packed ?? Filter, false);
            if (Bias is not null) yield return new(Bias, false);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [OfPiece(Result)];

    PlanBuffer ILinearStep.Weights => Filter;

    bool ILinearStep.TakesBias => _direction == ConvolutionDirection.Forward;

    bool ILinearStep.IsFoldable => _direction == ConvolutionDirection.Forward && Filter.Segment == Segment.Parameters;

    /// <summary>Adds the convolution's step.</summary>
    public static void Lower(ConvolutionNode node, LoweringContext context) => context.Add(new ConvolutionStep(node, ConvolutionDirection.Forward, node.Output, context));

    /// <summary>Adds the gradient's step.</summary>
    public static void Lower(ConvolutionInputGradientNode node, LoweringContext context) => context.Add(new ConvolutionStep(node, ConvolutionDirection.InputGradient, node.Output, context));

    void ILinearStep.Fold(PlanBuffer weights, PlanBuffer bias, PlanBuffer result, LoweringContext context)
    {
        if (_pack is not null)
        {
            // Behind the step that makes the folded weights.
            context.Preparation.Remove(_pack);
            context.AddPreparation(_pack);
            _pack.Replace(Filter, weights);
        }

        (Filter, Bias, Result) = (weights, bias, result);
    }

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var (firstImage, endImage, firstRow, endRow) = ImagesOf(in part);
        float* source = frame.Floats(Source), result = frame.Floats(Result);
        var goesForward = _direction == ConvolutionDirection.Forward;
        var call = new ConvolutionCall
        {
            Input = goesForward ? source : result,
            Output = goesForward ? result : source,
            Filter = frame.Floats(Filter),
            Packed = _pack is null ? null : frame.Floats(_pack.Packed),
            Bias = frame.FloatsOrNull(Bias),
            Scratch = frame.Scratch,
            FirstImage = firstImage,
            EndImage = endImage,
            FirstRow = firstRow,
            EndRow = endRow,
        };
        _algorithm.Run(ref call);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (Source == buffer) Source = by;
        if (Filter == buffer) Filter = by;
        if (Result == buffer) Result = by;
        if (Bias == buffer) Bias = by;
    }

    /// <inheritdoc/>
    public override string Describe() => _direction == ConvolutionDirection.Forward
        ? $"convolution {Source.Shape} * {Filter.Shape} -> {Result.Shape}{(Bias is null ? "" : " + bias")} ({_algorithm.Name})"
        : $"input gradient {Source.Shape} * {Filter.Shape} -> {Result.Shape} ({_algorithm.Name})";

    /// <summary>A parameter is packed before everything else, in evaluation only when it has changed; weights that are computed, as soon as they are there.</summary>
    private PackFilterStep AddPack(LoweringContext context)
    {
        var isParameter = Filter.Segment == Segment.Parameters;
        var name = $"{Name}.packed";
        var prepared = isParameter && context.Mode == PlanMode.Evaluate;
        var packed = prepared ? context.NewDerived(name, Shape.Of(checked((int)_algorithm.PackedFloats))) : context.NewWorkspace(name, _algorithm.PackedFloats);
        var pack = new PackFilterStep(name, _algorithm, Filter, packed);
        if (prepared) context.AddPreparation(pack);
        else if (isParameter) context.AddFirst(pack);
        else context.Add(pack);
        return pack;
    }
}
