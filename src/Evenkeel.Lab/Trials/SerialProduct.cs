using Evenkeel.Numerics.Kernels.MatrixProduct;
using Evenkeel.Numerics.Memory;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Lab.Trials;

/// <summary>The library's matrix product on the calling thread, <c>C = op(A) B</c>.</summary>
internal sealed unsafe class SerialProduct : IDisposable
{
    private readonly MatrixProduct _product;
    private readonly NativeBuffer _shared;
    private readonly NativeBuffer _scratch;

    public SerialProduct(int rows, int columns, int depth, bool transposeLeft = false)
    {
        _product = MatrixProduct.Create(PackWidths.Widest, new MatrixProductShape(rows, columns, depth, transposeLeft), MatrixProductPartition.Tiles);
        _shared = new NativeBuffer(_product.SharedFloats);
        _scratch = new NativeBuffer(_product.ScratchFloats);
    }

    public void Run(NativeBuffer left, NativeBuffer right, NativeBuffer result)
    {
        var shape = _product.Capacity;
        var call = new MatrixProductCall
        {
            Shape = shape,
            A = left.Pointer,
            LeadingA = shape.TransposeA ? shape.M : shape.K,
            B = right.Pointer,
            LeadingB = shape.N,
            C = result.Pointer,
            LeadingC = shape.N,
            Shared = _shared.Pointer,
            Scratch = _scratch.Pointer,
        };
        for (var phase = 0; phase < _product.Phases; phase++)
        {
            var pieces = _product.Pieces(phase, shape);
            for (var piece = 0; piece < pieces; piece++) _product.Run(phase, piece, call);
        }
    }

    public void Dispose()
    {
        _shared.Dispose();
        _scratch.Dispose();
    }
}
