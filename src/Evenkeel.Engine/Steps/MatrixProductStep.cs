using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.MatrixProduct;

namespace Evenkeel.Engine.Steps;

/// <summary>A matrix product, with a bias where one was fused. Products of a batch are cut into panels of columns, so that what follows runs on a panel while it is in cache; weight gradients into tiles.</summary>
public sealed class MatrixProductStep : Step, ILinearStep, ILowering<MatrixProductNode>
{
    private readonly MatrixProduct _product;
    private readonly MatrixProductShape _capacity;
    private readonly (bool Rows, bool Inner) _counted;
    private readonly int _places;
    private readonly PlanBuffer? _shared;

    internal MatrixProductStep(string name, PlanBuffer left, PlanBuffer right, PlanBuffer result, MatrixProductShape capacity, (bool Rows, bool Inner) counted, int places, LoweringContext context)
        : base(name)
    {
        (Left, Right, Result) = (left, right, result);
        _capacity = capacity;
        (_counted, _places) = (counted, places);

        // What follows a sequence is cut by samples, so nothing is gained where a piece has all rows of its columns.
        var partition = counted.Rows && places == 1 ? MatrixProductPartition.Columns : MatrixProductPartition.Tiles;
        _product = MatrixProduct.Create(context.Width, capacity, partition);
        Grid = _product.Phases > 1 ? new Grid(GridKind.Own)
            : _product.Pieces(0, capacity) == 1 ? new Grid(GridKind.Single)
            : IsCutByColumns ? new Grid(GridKind.Columns, 1, capacity.N)
            : new Grid(GridKind.Own);
        if (_product.SharedFloats > 0) _shared = context.NewWorkspace($"{name}.packed", _product.SharedFloats);
    }

    /// <summary>A.</summary>
    public PlanBuffer Left { get; private set; }

    /// <summary>B.</summary>
    public PlanBuffer Right { get; private set; }

    /// <summary>C.</summary>
    public PlanBuffer Result { get; private set; }

    /// <summary>The bias, one number per column, where one was fused.</summary>
    public PlanBuffer? Bias { get; set; }

    /// <summary>The largest shape of a run.</summary>
    internal MatrixProductShape Capacity => _capacity;

    /// <summary>Whether pieces own columns of the result, all rows.</summary>
    internal bool IsCutByColumns => _product.Partition == MatrixProductPartition.Columns;

    PlanBuffer ILinearStep.Weights => Right;

    bool ILinearStep.TakesBias => true;

    bool ILinearStep.IsFoldable => Right.Segment == Segment.Parameters && !_capacity.TransposeB;

    /// <inheritdoc/>
    public override Grid Grid { get; }

    /// <inheritdoc/>
    public override int Phases => _product.Phases;

    /// <inheritdoc/>
    public override long ScratchFloats => _product.ScratchFloats;

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads
    {
        get
        {
            yield return new(Left, false);
            yield return new(Right, false);
            if (Bias is not null) yield return new(Bias, false);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes
    {
        get
        {
            yield return new(Result, Grid.Kind == GridKind.Columns);
            if (_shared is not null) yield return new(_shared, false);
        }
    }

    /// <summary>Adds the product's step.</summary>
    public static void Lower(MatrixProductNode node, LoweringContext context)
    {
        var (left, right) = (node.Inputs[0].Shape, node.Inputs[1].Shape);
        int Size(Shape shape, int index) => shape.IsBatched ? (index == 0 ? shape.Rows(context.Capacity) : shape.Channels) : shape.Sizes[index];
        var rows = Size(left, node.TransposeLeft ? 1 : 0);
        var inner = Size(left, node.TransposeLeft ? 0 : 1);
        var columns = Size(right, node.TransposeRight ? 0 : 1);
        context.Add(new MatrixProductStep(
            node.Name, context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context.BufferOf(node.Output),
            new MatrixProductShape(rows, columns, inner, node.TransposeLeft, node.TransposeRight),
            (Rows: left.IsBatched && !node.TransposeLeft, Inner: left.IsBatched && node.TransposeLeft), left.IsBatched ? left.RowsPerSample : 1, context));
    }

    void ILinearStep.Fold(PlanBuffer weights, PlanBuffer bias, PlanBuffer result, LoweringContext context) => (Right, Bias, Result) = (weights, bias, result);

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => _product.Pieces(phase, ShapeAt(count));

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var call = new MatrixProductCall
        {
            A = frame.Floats(Left),
            LeadingA = _capacity.TransposeA ? _capacity.M : _capacity.K,
            B = frame.Floats(Right),
            LeadingB = _capacity.TransposeB ? _capacity.K : _capacity.N,
            C = frame.Floats(Result),
            LeadingC = _capacity.N,
            Bias = frame.FloatsOrNull(Bias),
            Shape = ShapeAt(frame.Count),
            Shared = frame.FloatsOrNull(_shared),
            Scratch = frame.Scratch,
        };
        _product.Run(phase, part.Piece, in call);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (Left == buffer) Left = by;
        if (Right == buffer) Right = by;
        if (Result == buffer) Result = by;
        if (Bias == buffer) Bias = by;
    }

    /// <inheritdoc/>
    public override string Describe() =>
        $"matrix product {(_capacity.TransposeA ? "A^T" : "A")} {Left.Shape} x {(_capacity.TransposeB ? "B^T" : "B")} {Right.Shape} -> {Result.Shape}{(Bias is null ? "" : " + bias")} ({_product.Algorithm})";

    private MatrixProductShape ShapeAt(int count) => _capacity with
    {
        M = _counted.Rows ? count * _places : _capacity.M,
        K = _counted.Inner ? count * _places : _capacity.K,
    };

}
