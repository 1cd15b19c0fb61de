namespace Evenkeel.Optimization.SecondOrder;

/// <summary>Arithmetic on small symmetric matrices, row by row.</summary>
internal static class SymmetricMatrix
{
    /// <summary>1 on the diagonal.</summary>
    public static double[] Unit(int size)
    {
        var unit = new double[size * size];
        for (var i = 0; i < size; i++) unit[(i * size) + i] = 1;
        return unit;
    }

    /// <summary>The sum of the diagonal.</summary>
    public static double Trace(double[] matrix, int size)
    {
        var sum = 0.0;
        for (var i = 0; i < size; i++) sum += matrix[(i * size) + i];
        return sum;
    }

    /// <summary><c>M += factor v v^T</c>.</summary>
    public static void AddSquare(double[] matrix, ReadOnlySpan<double> vector, double factor)
    {
        for (var i = 0; i < vector.Length; i++)
        {
            if (vector[i] != 0) Vector.Add(matrix.AsSpan(i * vector.Length, vector.Length), factor * vector[i], vector);
        }
    }

    /// <summary>The inverse of <c>M + damping I</c>, which is positive definite, by Cholesky's factors.</summary>
    public static double[] Inverse(double[] matrix, int size, double damping)
    {
        var lower = new double[size * size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var rest = matrix[(i * size) + j] + (i == j ? damping : 0) - Vector.Product(lower.AsSpan(i * size, j), lower.AsSpan(j * size, j));
                lower[(i * size) + j] = i == j ? Math.Sqrt(rest) : rest / lower[(j * size) + j];
            }
        }

        // Row by row of L^(-1), then L^(-T) L^(-1).
        var half = new double[size * size];
        for (var i = 0; i < size; i++)
        {
            var row = half.AsSpan(i * size, size);
            row[i] = 1;
            for (var k = 0; k < i; k++) Vector.Add(row[..(k + 1)], -lower[(i * size) + k], half.AsSpan(k * size, k + 1));
            for (var k = 0; k <= i; k++) row[k] /= lower[(i * size) + i];
        }

        var inverse = new double[size * size];
        for (var k = 0; k < size; k++)
        {
            var row = half.AsSpan(k * size, k + 1);
            for (var i = 0; i <= k; i++) Vector.Add(inverse.AsSpan(i * size, k + 1), row[i], row);
        }

        return inverse;
    }
}
