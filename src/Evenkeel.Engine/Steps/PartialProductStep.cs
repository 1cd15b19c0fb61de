using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Numerics.Kernels.MatrixProduct;

namespace Evenkeel.Engine.Steps;

/// <summary>The first half of a product that is cut along its inner dimension: every piece multiplies its columns of A by its rows of B.</summary>
public sealed class PartialProductStep : Step
{
    private readonly MatrixProductStep _product;
    private readonly DepthCutProduct _cut;

    internal PartialProductStep(MatrixProductStep product, LoweringContext context)
        : base(product.Name)
    {
        _product = product;
        _cut = DepthCutProduct.Create(context.Width, product.Capacity);
        Partials = context.NewWorkspace($"{product.Name}.partial", _cut.Pieces * _cut.PartialStride(product.Capacity.M));
    }

    /// <summary>The partial sums.</summary>
    public PlanBuffer Partials { get; }

    /// <summary>The product cut into pieces.</summary>
    internal DepthCutProduct Cut => _cut;

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Own);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => _product.Reads;

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(Partials, false)];

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => _cut.Pieces;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var call = new MatrixProductCall
        {
            A = frame.Floats(_product.Left),
            LeadingA = _cut.Capacity.K,
            B = frame.Floats(_product.Right),
            LeadingB = _cut.Capacity.N,
            Bias = frame.FloatsOrNull(_product.Bias),
            Shape = _cut.Capacity with { M = frame.Count },
            Shared = frame.Floats(Partials),
        };
        _cut.Run(part.Piece, in call);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by) => _product.Replace(buffer, by);

    /// <inheritdoc/>
    public override string Describe() =>
        $"matrix product A {_product.Left.Shape} x B {_product.Right.Shape}{(_product.Bias is null ? "" : " + bias")}, {_cut.Pieces} parts of the inner dimension";
}
