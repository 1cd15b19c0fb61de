using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Book;

public class MatrixProductTests
{
    private const int M = 3, N = 4, K = 5;
    private static readonly double[] A = new SeededRandom(1).Normals(M * K), B = new SeededRandom(2).Normals(K * N), Bias = new SeededRandom(3).Normals(N);

    public static TheoryData<bool, bool> Transposes => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Fact]
    public void A_product_worked_by_hand()
    {
        // [1 2; 3 4] [5 6; 7 8] + [10 20]
        Assert.Equal([29, 42, 53, 70], MatrixProduct.Multiply([1, 2, 3, 4], [5, 6, 7, 8], 2, 2, 2, bias: [10, 20]));
        Assert.Equal([1, 3, 2, 4], MatrixProduct.Multiply([1, 2, 3, 4], [1, 0, 0, 1], 2, 2, 2, transposeA: true));
        Assert.Equal([7.0, 7.0], MatrixProduct.Multiply([], [], 2, 1, 0, bias: [7]));
        Assert.Equal([14.0], MatrixProduct.Scale([1, -2], [4, -5], 1, 1, 2));
    }

    [Theory, MemberData(nameof(Transposes))]
    public void A_transposed_operand_is_the_same_matrix_laid_out_by_columns(bool transposeA, bool transposeB)
    {
        double[] plain = MatrixProduct.Multiply(A, B, M, N, K, bias: Bias);
        double[] a = transposeA ? Transpose(A, M, K) : A, b = transposeB ? Transpose(B, K, N) : B;
        Assert.Equal(plain, MatrixProduct.Multiply(a, b, M, N, K, transposeA, transposeB, Bias));
    }

    [Theory, MemberData(nameof(Transposes))]
    public void Gradients_agree_with_differences(bool transposeA, bool transposeB)
    {
        MatrixProductGradients Backward(double[] v) => MatrixProduct.Backward(v, A, B, M, N, K, transposeA, transposeB);
        GradientCheck.Check(a => MatrixProduct.Multiply(a, B, M, N, K, transposeA, transposeB), v => Backward(v).A, A);
        GradientCheck.Check(b => MatrixProduct.Multiply(A, b, M, N, K, transposeA, transposeB), v => Backward(v).B, B);
        GradientCheck.Check(bias => MatrixProduct.Multiply(A, B, M, N, K, transposeA, transposeB, bias), v => Backward(v).Bias, Bias);
    }

    [Fact]
    public void A_wrong_length_is_refused() => Assert.Throws<ArgumentException>(() => MatrixProduct.Multiply(A, B, M, N, K + 1));

    private static double[] Transpose(double[] x, int rows, int columns) => [.. Enumerable.Range(0, columns).SelectMany(j => Enumerable.Range(0, rows).Select(i => x[i * columns + j]))];
}
