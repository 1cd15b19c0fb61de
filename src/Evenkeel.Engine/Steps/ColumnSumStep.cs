using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.MatrixProduct;
using Evenkeel.Numerics.Kernels.Reduction;

namespace Evenkeel.Engine.Steps;

/// <summary>The sum of every channel: by panels of channels, so that no sum crosses pieces, or for images by samples, every piece for itself.</summary>
public sealed class ColumnSumStep : Step, ILowering<ColumnSumNode>
{
    private readonly Shape _shape;
    private readonly ColumnPieces _columns;
    private readonly RowCut _rows;
    private readonly PlanBuffer? _parts;
    private readonly KernelEntry<ColumnSumsArguments> _kernel;
    private PlanBuffer _input;
    private PlanBuffer _output;

    private ColumnSumStep(ColumnSumNode node, LoweringContext context)
        : base(node.Name)
    {
        _shape = node.Inputs[0].Shape;
        _columns = new ColumnPieces(_shape.Rows(context.Capacity), _shape.Channels, context.Width / (8 * sizeof(float)));
        _rows = new RowCut(_shape);
        _input = context.BufferOf(node.Inputs[0]);
        _output = context.BufferOf(node.Output);
        _kernel = KernelEntry<ColumnSumsArguments>.Of<ColumnSums>(context.Width);
        var bySamples = _shape.Rank > 2 && context.Capacity >= SampleCut.LeastCapacity;
        Grid = bySamples ? new Grid(GridKind.Samples)
            : _columns.Count == 1 ? new Grid(GridKind.Single)
            : new Grid(GridKind.Columns, _shape.RowsPerSample, _shape.Channels);
        if (bySamples) _parts = context.NewWorkspace($"{node.Name}.parts", (long)SampleCut.Pieces(context.Capacity) * _shape.Channels);
    }

    /// <inheritdoc/>
    public override Grid Grid { get; }

    /// <inheritdoc/>
    public override int BlockRows => _rows.Height;

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_input, true)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [_parts is null ? new(_output, true) : new(_parts, false)];

    /// <summary>Adds the step, and the one that adds the pieces' sums where there are some.</summary>
    public static void Lower(ColumnSumNode node, LoweringContext context)
    {
        var step = new ColumnSumStep(node, context);
        context.Add(step);
        if (step._parts is { } parts) context.Add(new PartSumStep(node.Name, parts, node.Output.Shape, context.BufferOf(node.Output), context));
    }

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => _parts is null ? _columns.Count : SampleCut.Pieces(count);

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var arguments = new ColumnSumsArguments
        {
            Input = frame.Floats(_input),
            Stride = _shape.Channels,
            Output = _parts is null ? frame.Floats(_output) : frame.Floats(_parts) + ((nint)part.Piece * _shape.Channels),
            Accumulate = !part.OpensPiece,
        };
        var (firstWindow, endWindow) = _parts is null ? _columns.Panels(part.Piece) : (0, 1);
        for (var window = firstWindow; window < endWindow; window++)
        {
            var (first, columns) = _parts is null ? _columns.Panel(window) : (0, _shape.Channels);
            var start = _shape.Rows(part.FirstSample);
            var (firstRow, endRow) = part.IsByRows ? (start + (part.FirstRow * _rows.Width), start + (part.EndRow * _rows.Width)) : (start, _shape.Rows(part.EndSample));
            arguments.Window = new Window(firstRow, endRow, first, first + columns);
            _kernel.Run(ref arguments);
        }
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_input == buffer) _input = by;
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"column sums of {_shape}";
}
