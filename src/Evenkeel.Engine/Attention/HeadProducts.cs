using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.MatrixProduct;

namespace Evenkeel.Engine.Attention;

/// <summary>The small products of one head of attention, each run whole by one worker.</summary>
internal sealed unsafe class HeadProducts
{
    private readonly int _steps;
    private readonly int _size;
    private readonly MatrixProduct _scores;
    private readonly MatrixProduct _means;
    private readonly MatrixProduct _transposed;

    /// <param name="projected">Queries, keys and values, <c>[N, T, 3 * units]</c>.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="width">The pack width in bits.</param>
    public HeadProducts(Shape projected, int heads, int width)
    {
        (_steps, Stride) = (projected.Sizes[0], projected.Channels);
        Units = Stride / 3;
        _size = Units / heads;
        MatrixProduct Create(MatrixProductShape shape) => MatrixProduct.Create(width, shape, MatrixProductPartition.Columns);
        _scores = Create(new(_steps, _steps, _size, TransposeB: true));
        _means = Create(new(_steps, _size, _steps));
        _transposed = Create(new(_steps, _size, _steps, TransposeA: true));
        ScratchFloats = TensorLayout.Align(Math.Max(_scores.ScratchFloats, Math.Max(_means.ScratchFloats, _transposed.ScratchFloats)));
    }

    /// <summary>Floats from one step to the next among queries, keys and values.</summary>
    public int Stride { get; }

    /// <summary>Numbers of all heads together.</summary>
    public int Units { get; }

    /// <summary>Scratch of any of the products, in whole lines of memory.</summary>
    public long ScratchFloats { get; }

    /// <summary>What products of queries and keys are multiplied by.</summary>
    public float Scale => 1 / MathF.Sqrt(_size);

    /// <summary>The first float of a sample's queries of a head; keys and values stand <see cref="Units"/> and twice as many further on.</summary>
    public float* Queries(float* projected, nint sample, int head) => projected + (sample * _steps * Stride) + ((nint)head * _size);

    /// <summary>The first float of a sample's outputs of a head.</summary>
    public float* Outputs(float* output, nint sample, int head) => output + (sample * _steps * Units) + ((nint)head * _size);

    /// <summary><c>C [T, T] = A B^T</c>.</summary>
    public void Scores(float* a, int leadingA, float* b, int leadingB, float* c, float* scratch) => Run(_scores, a, leadingA, b, leadingB, c, _steps, scratch);

    /// <summary><c>C [T, d] = P B</c>, or <c>P^T B</c>.</summary>
    public void Means(float* p, bool transposes, float* b, int leadingB, float* c, int leadingC, float* scratch) => Run(transposes ? _transposed : _means, p, _steps, b, leadingB, c, leadingC, scratch);

    private static void Run(MatrixProduct product, float* a, int leadingA, float* b, int leadingB, float* c, int leadingC, float* scratch)
    {
        var call = new MatrixProductCall { Shape = product.Capacity, A = a, LeadingA = leadingA, B = b, LeadingB = leadingB, C = c, LeadingC = leadingC, Scratch = scratch };
        var pieces = product.Pieces(0, product.Capacity);
        for (var piece = 0; piece < pieces; piece++) product.Run(0, piece, call);
    }
}
