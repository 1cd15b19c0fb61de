using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.MatrixProduct;
using Evenkeel.Numerics.Kernels.Reduction;

namespace Evenkeel.Engine.Steps;

/// <summary>The sum of every channel, by panels of channels, so that no sum crosses pieces.</summary>
public sealed class ColumnSumStep : Step, ILowering<ColumnSumNode>
{
    private readonly Shape _shape;
    private readonly ColumnPanels _panels;
    private readonly KernelEntry<ColumnSumsArguments> _kernel;
    private PlanBuffer _input;
    private PlanBuffer _output;

    private ColumnSumStep(ColumnSumNode node, LoweringContext context)
        : base(node.Name)
    {
        _shape = node.Inputs[0].Shape;
        _panels = new ColumnPanels(_shape.Channels, context.Width / (8 * sizeof(float)));
        _input = context.BufferOf(node.Inputs[0]);
        _output = context.BufferOf(node.Output);
        _kernel = KernelEntry<ColumnSumsArguments>.Of<ColumnSums>(context.Width);
    }

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Columns, _shape.RowsPerSample, _shape.Channels);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_input, true)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_output, true)];

    /// <summary>Adds the step.</summary>
    public static void Lower(ColumnSumNode node, LoweringContext context) => context.Add(new ColumnSumStep(node, context));

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => _panels.Count;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var (first, columns) = _panels[part.Piece];
        var arguments = new ColumnSumsArguments
        {
            Input = frame.Floats(_input),
            Stride = _shape.Channels,
            Window = new Window(0, _shape.Rows(frame.Count), first, first + columns),
            Output = frame.Floats(_output),
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
    public override string Describe() => $"column sums of {_shape}";
}
