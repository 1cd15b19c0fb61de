namespace Evenkeel.Reference;

/// <summary>The matrix product with every transpose and an optional bias: <c>C[i,j] = sum_p op(A)[i,p] op(B)[p,j] + bias[j]</c>.</summary>
/// <remarks>The definition. A dense layer is the product of its input `[N, In]` with its weights `[In, Out]`, or with weights `[Out, In]` transposed.</remarks>
public static class MatrixProduct
{
    /// <summary><c>C = op(A) op(B) + bias</c>, where <c>op</c> transposes where asked.</summary>
    /// <param name="a">`[m, k]`, or `[k, m]` if <paramref name="transposeA"/>.</param>
    /// <param name="b">`[k, n]`, or `[n, k]` if <paramref name="transposeB"/>.</param>
    /// <param name="bias">`[n]`, added to every row; none if null.</param>
    /// <returns>`[m, n]`.</returns>
    public static double[] Multiply(double[] a, double[] b, int m, int n, int k, bool transposeA = false, bool transposeB = false, double[]? bias = null)
    {
        Shape.Require(a, m * k, nameof(a));
        Shape.Require(b, k * n, nameof(b));
        if (bias is not null) Shape.Require(bias, n, nameof(bias));
        double[] c = new double[m * n];
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
            {
                double sum = 0;
                for (int p = 0; p < k; p++)
                    sum += a[transposeA ? p * m + i : i * k + p] * b[transposeB ? j * k + p : p * n + j];
                c[i * n + j] = sum + (bias?[j] ?? 0);
            }
        return c;
    }

    /// <summary>The size that rounding is measured against: <c>sum_p |op(A)[i,p]| |op(B)[p,j]| + |bias[j]|</c>, `[m, n]`.</summary>
    /// <remarks>A sum of k products in precision u is off by at most about <c>k u</c> times this (Higham, Accuracy and Stability, section 3.5), whatever cancels in the sum itself.</remarks>
    public static double[] Scale(double[] a, double[] b, int m, int n, int k, bool transposeA = false, bool transposeB = false, double[]? bias = null) =>
        Multiply(Absolute(a), Absolute(b), m, n, k, transposeA, transposeB, bias is null ? null : Absolute(bias));

    /// <summary>The gradients of <c>sum(dC * C)</c>: <c>dop(A) = dC op(B)^T</c>, <c>dop(B) = op(A)^T dC</c>, <c>dbias[j] = sum_i dC[i,j]</c>, laid out as A and B are.</summary>
    public static MatrixProductGradients Backward(double[] dc, double[] a, double[] b, int m, int n, int k, bool transposeA = false, bool transposeB = false)
    {
        Shape.Require(dc, m * n, nameof(dc));
        double[] da = new double[m * k], db = new double[k * n], dbias = new double[n];
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
            {
                double d = dc[i * n + j];
                dbias[j] += d;
                for (int p = 0; p < k; p++)
                {
                    int ia = transposeA ? p * m + i : i * k + p;
                    int ib = transposeB ? j * k + p : p * n + j;
                    da[ia] += d * b[ib];
                    db[ib] += d * a[ia];
                }
            }
        return new MatrixProductGradients(da, db, dbias);
    }

    private static double[] Absolute(double[] x) => Array.ConvertAll(x, Math.Abs);
}

/// <summary>What <see cref="MatrixProduct.Backward"/> returns, laid out as the operands are.</summary>
public sealed record MatrixProductGradients(double[] A, double[] B, double[] Bias);
