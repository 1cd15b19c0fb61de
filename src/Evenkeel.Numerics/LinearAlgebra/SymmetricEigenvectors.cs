namespace Evenkeel.Numerics.LinearAlgebra;

/// <summary>Eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi's rotations.</summary>
/// <remarks>
/// Jacobi 1846, in cyclic order (Golub and Van Loan, Matrix Computations, section 8.5): every rotation makes one pair of elements zero, and a few sweeps over all pairs leave nothing beside the diagonal.
/// In double; a function of the matrix alone. The work grows with the cube of the size.
/// </remarks>
public static class SymmetricEigenvectors
{
    private const int MostSweeps = 60;

    /// <summary>Decomposes a matrix: <c>A v_k = lambda_k v_k</c>.</summary>
    /// <param name="matrix"><c>[n, n]</c>, row-major; only the upper triangle is read, and it must be finite.</param>
    /// <param name="size">n, at least 1.</param>
    /// <returns>The eigenvalues, the largest first, and their eigenvectors of length 1, each with its largest element above 0.</returns>
    public static (double[] Values, double[][] Vectors) Of(ReadOnlySpan<double> matrix, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(matrix.Length, size * size, nameof(matrix));
        var (a, vectors) = (new double[size][], new double[size][]);
        for (var i = 0; i < size; i++)
        {
            (a[i], vectors[i]) = (new double[size], new double[size]);
            for (var j = 0; j < size; j++) a[i][j] = matrix[(Math.Min(i, j) * size) + Math.Max(i, j)];
            vectors[i][i] = 1;
        }

        for (var sweep = 0; sweep < MostSweeps && !IsDiagonal(a); sweep++)
        {
            for (var p = 0; p < size; p++)
            {
                for (var q = p + 1; q < size; q++) Rotate(a, vectors, p, q);
            }
        }

        // Row k of vectors belongs to diagonal element k.
        var order = Enumerable.Range(0, size).OrderByDescending(k => a[k][k]).ToArray();
        return (Array.ConvertAll(order, k => a[k][k]), Array.ConvertAll(order, k => Signed(vectors[k])));
    }

    private static bool IsDiagonal(double[][] a)
    {
        double beside = 0, on = 0;
        for (var i = 0; i < a.Length; i++)
        {
            on += a[i][i] * a[i][i];
            for (var j = i + 1; j < a.Length; j++) beside += a[i][j] * a[i][j];
        }

        return beside <= 1e-32 * on || beside == 0;
    }

    private static void Rotate(double[][] a, double[][] vectors, int p, int q)
    {
        if (a[p][q] == 0) return;
        var theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        var tangent = Math.CopySign(1, theta) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        var cosine = 1 / Math.Sqrt((tangent * tangent) + 1);
        var sine = tangent * cosine;
        for (var k = 0; k < a.Length; k++) (a[k][p], a[k][q]) = ((cosine * a[k][p]) - (sine * a[k][q]), (sine * a[k][p]) + (cosine * a[k][q]));
        for (var k = 0; k < a.Length; k++)
        {
            (a[p][k], a[q][k]) = ((cosine * a[p][k]) - (sine * a[q][k]), (sine * a[p][k]) + (cosine * a[q][k]));
            (vectors[p][k], vectors[q][k]) = ((cosine * vectors[p][k]) - (sine * vectors[q][k]), (sine * vectors[p][k]) + (cosine * vectors[q][k]));
        }
    }

    private static double[] Signed(double[] vector)
    {
        var largest = 0;
        for (var i = 1; i < vector.Length; i++)
        {
            if (Math.Abs(vector[i]) > Math.Abs(vector[largest])) largest = i;
        }

        return vector[largest] < 0 ? Array.ConvertAll(vector, static value => -value) : vector;
    }
}
