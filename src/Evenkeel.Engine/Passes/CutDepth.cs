using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Steps;
using Evenkeel.Numerics.Kernels.MatrixProduct;

namespace Evenkeel.Engine.Passes;

/// <summary>Products with a long inner dimension and few columns are cut along the inner dimension, so that there is work for more threads.</summary>
/// <remarks>A thread then reads rows of the weights, the same ones whose gradient it makes and which it updates: those lines stay in its own caches.</remarks>
public sealed class CutDepth : Pass
{
    /// <summary>A million multiply-adds take some ten microseconds: below that, the parts cost more than they bring.</summary>
    private const long LeastMultiplyAdds = 1 << 20;

    /// <inheritdoc/>
    public override string Name => "cut-depth";

    /// <inheritdoc/>
    public override string Summary => "Products with a long inner dimension and few columns are cut along the inner dimension.";

    /// <inheritdoc/>
    internal override IReadOnlyList<string> Apply(LoweringContext context)
    {
        var log = new List<string>();
        foreach (var product in context.Steps.OfType<MatrixProductStep>().ToArray())
        {
            var shape = product.Capacity;
            if (!product.IsCutByColumns || shape.TransposeB || shape.MultiplyAdds < LeastMultiplyAdds) continue;
            var parts = DepthCutProduct.PiecesOf(shape.K);

            // Every part is written and read once more: that must be little against the weights, which are read once.
            if (parts <= product.Pieces(0, context.Capacity) || (long)parts * shape.M > 2L * shape.K) continue;

            var place = context.Steps.IndexOf(product);
            var partial = new PartialProductStep(product, context);
            context.Steps[place] = partial;
            context.Steps.Insert(place + 1, new PartialSumStep(partial, product.Result, context));
            log.Add($"{product.Name} into {parts} parts");
        }

        return log;
    }
}
