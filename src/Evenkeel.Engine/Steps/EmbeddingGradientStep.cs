using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Elementwise;
using Evenkeel.Numerics.Kernels.MatrixProduct;

namespace Evenkeel.Engine.Steps;

/// <summary>Adds the cotangents of all places into the rows that they read, in the order of the places; cut by columns, so that no sum crosses pieces.</summary>
public sealed unsafe class EmbeddingGradientStep : Step, ILowering<EmbeddingGradientNode>
{
    private readonly Shape _places;
    private readonly int _padding;
    private readonly int _rows;
    private readonly ColumnPieces _columns;
    private readonly PlanBuffer _ids;
    private readonly KernelEntry<ElementSweepArguments> _add;
    private PlanBuffer _cotangent;
    private PlanBuffer _output;

    private EmbeddingGradientStep(EmbeddingGradientNode node, LoweringContext context)
        : base(node.Name)
    {
        (_places, _padding, _rows) = (node.Inputs[0].Shape, node.Padding, node.Output.Shape.Sizes[0]);
        _columns = new ColumnPieces(_places.Rows(context.Capacity), _places.Channels, context.Width / (8 * sizeof(float)));
        (_cotangent, _ids, _output) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context.BufferOf(node.Output));
        _add = KernelEntry<ElementSweepArguments>.Of<ElementSweep<Add>>(context.Width);
    }

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Own);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_cotangent, false), new(_ids, false)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_output, false)];

    /// <summary>Adds the step.</summary>
    public static void Lower(EmbeddingGradientNode node, LoweringContext context) => context.Add(new EmbeddingGradientStep(node, context));

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => _columns.Count;

    /// <inheritdoc/>
    public override void Run(Frame frame, int phase, in Part part)
    {
        var (first, columns) = _columns[part.Piece];
        var units = _places.Channels;
        float* ids = frame.Floats(_ids), cotangent = frame.Floats(_cotangent), output = frame.Floats(_output);
        for (nint row = 0; row < _rows; row++) new Span<float>(output + (row * units) + first, columns).Clear();
        for (nint place = 0; place < _places.Rows(frame.Count); place++)
        {
            // What is no row of the table stops the run once all its steps have ended.
            if (!(ids[place] >= 0 && ids[place] < _rows) || (int)ids[place] == _padding) continue;
            var sum = output + ((nint)ids[place] * units);
            var arguments = new ElementSweepArguments { First = sum, Second = cotangent + (place * units), Output = sum, Stride = units, Window = new Window(0, 1, first, first + columns) };
            _add.Run(ref arguments);
        }
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_cotangent == buffer) _cotangent = by;
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"add {_places} into a table of {_rows} rows";
}
