using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Elementwise;

namespace Evenkeel.Engine.Steps;

/// <summary>Copies tensors side by side along their channels.</summary>
public sealed class ConcatenationStep : ImageStep, ILowering<ConcatenationNode>
{
    private readonly int _width;
    private readonly long _pixels;
    private readonly int _all;
    private readonly int[] _channels;
    private readonly KernelEntry<StridedCopyArguments> _kernel;
    private readonly PlanBuffer[] _inputs;
    private PlanBuffer _output;

    private ConcatenationStep(ConcatenationNode node, LoweringContext context)
        : base(node.Name, node.Output.Shape, context)
    {
        _width = node.Output.Shape.Rank == 4 ? node.Output.Shape.Sizes[1] : 1;
        (_pixels, _all) = (node.Output.Shape.RowsPerSample, node.Output.Shape.Channels);
        _channels = [.. node.Inputs.Select(static input => input.Shape.Channels)];
        _inputs = [.. node.Inputs.Select(context.BufferOf)];
        _output = context.BufferOf(node.Output);
        _kernel = KernelEntry<StridedCopyArguments>.Of<StridedCopy>(context.Width);
    }

    /// <inheritdoc/>
    public override int BlockRows => ImageRows;

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => _inputs.Select(OfImages);

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [OfPiece(_output)];

    /// <summary>Adds the step.</summary>
    public static void Lower(ConcatenationNode node, LoweringContext context) => context.Add(new ConcatenationStep(node, context));

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var (firstImage, endImage, firstRow, endRow) = ImagesOf(in part);
        var place = 0;
        for (var i = 0; i < _inputs.Length; i++)
        {
            for (var image = firstImage; image < endImage; image++)
            {
                var first = (image * _pixels) + ((long)firstRow * _width);
                var arguments = new StridedCopyArguments
                {
                    Source = frame.Floats(_inputs[i]) + (first * _channels[i]),
                    SourceStride = _channels[i],
                    Destination = frame.Floats(_output) + (first * _all) + place,
                    DestinationStride = _all,
                    Rows = (endRow - firstRow) * (nint)_width,
                    Columns = _channels[i],
                };
                _kernel.Run(ref arguments);
            }

            place += _channels[i];
        }
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        for (var i = 0; i < _inputs.Length; i++)
        {
            if (_inputs[i] == buffer) _inputs[i] = by;
        }

        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"concatenate {string.Join(" + ", _channels)} channels -> {_output.Shape}";
}
