using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Elementwise;

namespace Evenkeel.Engine.Steps;

/// <summary>Copies a part of every image out of it, or into a larger one of zeros.</summary>
public sealed class SliceStep : ImageStep, ILowering<SliceNode>, ILowering<ZeroPadNode>
{
    private readonly ImageSlice _slice;
    private readonly Shape _whole;
    private readonly bool _pads;
    private readonly KernelEntry<StridedCopyArguments> _kernel;
    private PlanBuffer _input;
    private PlanBuffer _output;

    private SliceStep(Node node, ImageSlice slice, Shape whole, bool pads, Value output, LoweringContext context)
        : base(node.Name, output.Shape, context)
    {
        (_slice, _whole, _pads) = (slice, whole, pads);
        (_input, _output) = (context.BufferOf(node.Inputs[0]), context.BufferOf(output));
        _kernel = KernelEntry<StridedCopyArguments>.Of<StridedCopy>(context.Width);
    }

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [OfImages(_input)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [OfPiece(_output)];

    /// <summary>Adds the step.</summary>
    public static void Lower(SliceNode node, LoweringContext context) => context.Add(new SliceStep(node, node.Slice, node.Inputs[0].Shape, false, node.Output, context));

    /// <summary>Adds the step.</summary>
    public static void Lower(ZeroPadNode node, LoweringContext context) => context.Add(new SliceStep(node, node.Slice, node.Output.Shape, true, node.Output, context));

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var (firstImage, endImage, firstRow, endRow) = ImagesOf(in part);
        float* input = frame.Floats(_input), output = frame.Floats(_output);
        for (var image = firstImage; image < endImage; image++)
        {
            if (_pads) Pad(input + (image * PartFloats), output + (image * _whole.ElementsPerSample), firstRow, endRow);
            else Take(input + (image * _whole.ElementsPerSample), output + (image * PartFloats), firstRow, endRow);
        }
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_input == buffer) _input = by;
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => _pads ? $"zero pad {_input.Shape} -> {_output.Shape}" : $"slice {_input.Shape} -> {_output.Shape}";

    private nint Width => _whole.Rank == 4 ? _whole.Sizes[1] : 1;

    private long PartFloats => (long)_slice.Rows.Count * _slice.Columns.Count * _slice.Channels.Count;

    private static int Rows(Shape shape) => shape.Rank == 4 ? shape.Sizes[0] : 1;

    private unsafe void Take(float* whole, float* part, int firstRow, int endRow)
    {
        for (var row = firstRow; row < endRow; row++)
        {
            var arguments = new StridedCopyArguments
            {
                Source = Place(whole, row),
                SourceStride = PlaceStride,
                Destination = part + ((nint)row * _slice.Columns.Count * _slice.Channels.Count),
                DestinationStride = _slice.Channels.Count,
                Rows = _slice.Columns.Count,
                Columns = _slice.Channels.Count,
            };
            _kernel.Run(ref arguments);
        }
    }

    private unsafe void Pad(float* part, float* whole, int firstRow, int endRow)
    {
        var rowFloats = Width * _whole.Channels;
        for (var row = firstRow; row < endRow; row++)
        {
            new Span<float>(whole + (row * rowFloats), checked((int)rowFloats)).Clear();
            var (own, rest) = Math.DivRem(row - _slice.Rows.Start, _slice.Rows.Step);
            if (rest != 0 || own < 0 || own >= _slice.Rows.Count) continue;
            var arguments = new StridedCopyArguments
            {
                Source = part + ((nint)own * _slice.Columns.Count * _slice.Channels.Count),
                SourceStride = _slice.Channels.Count,
                Destination = Place(whole, own),
                DestinationStride = PlaceStride,
                Rows = _slice.Columns.Count,
                Columns = _slice.Channels.Count,
            };
            _kernel.Run(ref arguments);
        }
    }

    /// <summary>Where row <paramref name="row"/> of the part begins in the whole image.</summary>
    private unsafe float* Place(float* whole, int row) =>
        whole + ((((_slice.Rows.Start + ((nint)row * _slice.Rows.Step)) * Width) + _slice.Columns.Start) * _whole.Channels) + _slice.Channels.Start;

    private nint PlaceStride => (nint)_slice.Columns.Step * _whole.Channels;
}
