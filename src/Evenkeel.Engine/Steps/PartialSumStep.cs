using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Reduction;

namespace Evenkeel.Engine.Steps;

/// <summary>The second half of a product that is cut along its inner dimension: the partial sums, added in order.</summary>
public sealed class PartialSumStep : SweepStep
{
    private readonly PartialProductStep _product;
    private readonly KernelEntry<PartSumsArguments> _kernel;

    internal PartialSumStep(PartialProductStep product, PlanBuffer result, LoweringContext context)
        : base(product.Name, result.Shape, context)
    {
        _product = product;
        _kernel = KernelEntry<PartSumsArguments>.Of<PartSums>(context.Width);
        Result = result;
    }

    /// <summary>The product.</summary>
    public PlanBuffer Result { get; private set; }

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_product.Partials, false)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(Result, true)];

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var window = WindowOf(part, frame.Count);
        var cut = _product.Cut;
        var arguments = new PartSumsArguments
        {
            Parts = frame.Floats(_product.Partials) + (window.FirstRow * cut.LeadingPartial) + window.FirstColumn,
            Stride = (nint)cut.PartialStride(frame.Count),
            RowStride = cut.LeadingPartial,
            Count = cut.Pieces,
            Output = frame.Floats(Result) + (window.FirstRow * Shape.Channels) + window.FirstColumn,
            OutputStride = Shape.Channels,
            Rows = window.Rows,
            Length = window.Columns,
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (Result == buffer) Result = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"add the parts of the product {Result.Shape}";
}
