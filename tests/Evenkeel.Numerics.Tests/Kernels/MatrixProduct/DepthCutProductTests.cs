using Evenkeel.Numerics.Kernels.MatrixProduct;
using Evenkeel.Numerics.Kernels.Reduction;
using Evenkeel.TestKit;

namespace Evenkeel.Numerics.Tests.Kernels.MatrixProduct;

public sealed unsafe class DepthCutProductTests
{
    // Around one, two and three blocks of k; columns around the edges of lanes and panels.
    private static readonly (int M, int N, int K)[] s_shapes =
    [
        (0, 5, 7), (3, 5, 0), (1, 1, 1), (7, 10, 255), (6, 16, 256), (13, 17, 257), (5, 63, 511), (14, 64, 512), (29, 65, 513), (60, 100, 784),
    ];

    [Theory]
    [ClassData(typeof(WidthMatrix))]
    public void The_parts_add_up_to_the_book_and_to_the_bits_of_the_uncut_product(int bits)
    {
        ulong seed = 1;
        foreach (var (m, n, k) in s_shapes)
        {
            var shape = new MatrixProductShape(m, n, k);
            foreach (var bias in new[] { false, true })
            {
                var trial = new MatrixProductTrial(shape, bias, seed: seed++);
                var cut = Multiply(bits, trial, backwards: false);
                trial.Compare(cut, $"cut along k, {bits} bits");
                Expect.SameBits<float>(trial.Run(MatrixProductAlgorithms.TryCreate("in-place", bits, shape, MatrixProductPartition.Tiles)!), cut, $"{bits} bits, {trial}");
                Expect.SameBits<float>(cut, Multiply(bits, trial, backwards: true), $"backwards, {bits} bits, {trial}");
            }
        }
    }

    [Fact]
    public void A_long_inner_dimension_has_several_pieces_and_a_short_one_has_one()
    {
        Assert.Equal(1, DepthCutProduct.PiecesOf(0));
        Assert.Equal(1, DepthCutProduct.PiecesOf(256));
        Assert.Equal(2, DepthCutProduct.PiecesOf(257));
        Assert.Equal(4, DepthCutProduct.PiecesOf(784));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Transposed_operands_are_refused(bool transposeA, bool transposeB) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DepthCutProduct.Create(32, new(2, 2, 2, transposeA, transposeB)));

    private static float[] Multiply(int bits, MatrixProductTrial trial, bool backwards)
    {
        var shape = trial.Shape;
        var product = DepthCutProduct.Create(bits, shape);
        using var partials = new GuardedBuffer<float>((int)(product.Pieces * product.PartialStride(shape.M)));
        using var c = new GuardedBuffer<float>(shape.M * shape.N);
        trial.WithOperands((a, b, bias) =>
        {
            var call = new MatrixProductCall { Shape = shape, A = (float*)a, LeadingA = shape.K, B = (float*)b, LeadingB = shape.N, Bias = (float*)bias, Shared = partials.Pointer };
            for (var i = 0; i < product.Pieces; i++) product.Run(backwards ? product.Pieces - 1 - i : i, call);
        });
        var sums = new PartSumsArguments
        {
            Parts = partials.Pointer,
            Stride = (nint)product.PartialStride(shape.M),
            RowStride = product.LeadingPartial,
            Count = product.Pieces,
            Output = c.Pointer,
            OutputStride = shape.N,
            Rows = shape.M,
            Length = shape.N,
        };
        Run.Kernel<PartSums, PartSumsArguments>(bits, ref sums);
        return c.Span.ToArray();
    }
}
