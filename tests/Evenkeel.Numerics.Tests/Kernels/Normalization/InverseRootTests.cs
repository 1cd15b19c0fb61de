using Evenkeel.Numerics.Kernels.Normalization;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels.Normalization;

public sealed unsafe class InverseRootTests
{
    private const double Epsilon = 1e-3;

    [Theory]
    [ClassData(typeof(Widths))]
    public void Roots_and_their_gradients_are_those_of_the_book(int bits)
    {
        foreach (var size in new[] { 1, 2, 7, 16 })
        {
            foreach (var iterations in new[] { 1, 5 })
            {
                var rows = 3 * size;
                var x = new SeededRandom((ulong)size).Normals(rows * size);
                var moments = Array.ConvertAll(Book.MatrixProduct.Multiply(x, x, size, size, rows, transposeA: true), static value => (float)value);
                var wide = Expect.Widen(moments);
                var cotangent = new SeededRandom(9).Normals(size * size);
                using var matrix = new StridedMatrix(size, size, 3, moments);
                using var gradient = new StridedMatrix(size, size, 3, new float[size * size]);
                using var root = new GuardedBuffer<double>(size * size);
                using var scratch = new GuardedBuffer<double>((int)InverseRoot.Scratch(size, iterations));
                var arguments = new InverseRootArguments { Moments = matrix.Pointer, Stride = matrix.Stride, Size = size, Values = rows, Epsilon = Epsilon, Iterations = iterations, Root = root.Pointer, MomentGradient = gradient.Pointer, Scratch = scratch.Pointer };
                Run.Kernel<InverseRoot, InverseRootArguments>(bits, ref arguments);
                var expected = Book.Whitening.Forward(wide, size, rows, size, iterations, Epsilon);
                for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], root.Span[i], 1e-12 * Expect.LargestMagnitude(expected));

                cotangent.CopyTo(root.Span);
                Run.Kernel<InverseRootBackward, InverseRootArguments>(bits, ref arguments);
                Expect.Close(Book.Whitening.Backward(cotangent, wide, size, rows, size, iterations, Epsilon), gradient.Values, Tolerances.FloatArithmetic, $"{size}, {iterations} iterations");
            }
        }
    }

    [Fact]
    public void What_is_not_finite_stays_so()
    {
        float* moments = stackalloc float[4] { 1, 0, 0, float.NaN };
        double* root = stackalloc double[4], scratch = stackalloc double[(int)InverseRoot.Scratch(2, 5)];
        var arguments = new InverseRootArguments { Moments = moments, Stride = 2, Size = 2, Values = 4, Epsilon = Epsilon, Iterations = 5, Root = root, Scratch = scratch };
        Run.Kernel<InverseRoot, InverseRootArguments>(32, ref arguments);
        Assert.True(double.IsNaN(root[0]) && double.IsNaN(root[3]));
    }
}
