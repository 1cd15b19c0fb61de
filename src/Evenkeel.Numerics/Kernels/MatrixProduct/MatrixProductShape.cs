namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>The shape of <c>C [M, N] = op(A) op(B)</c>, all matrices stored row by row.</summary>
/// <param name="M">Rows of C, 0 or more.</param>
/// <param name="N">Columns of C, 0 or more.</param>
/// <param name="K">The length of the sums, 0 or more.</param>
/// <param name="TransposeA">Whether A is stored <c>[K, M]</c>; else <c>[M, K]</c>.</param>
/// <param name="TransposeB">Whether B is stored <c>[N, K]</c>; else <c>[K, N]</c>.</param>
public readonly record struct MatrixProductShape(int M, int N, int K, bool TransposeA = false, bool TransposeB = false)
{
    /// <summary>Multiply-adds: <c>M N K</c>.</summary>
    public long MultiplyAdds => (long)M * N * K;
}
