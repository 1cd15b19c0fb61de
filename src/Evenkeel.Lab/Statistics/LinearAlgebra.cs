namespace Evenkeel.Lab.Statistics;

/// <summary>Small dense matrices in double, in plain loops.</summary>
public static class LinearAlgebra
{
    /// <summary>The rank, by elimination with complete pivoting.</summary>
    /// <param name="matrix">Square; not changed.</param>
    /// <param name="tolerance">Pivots below this share of the largest element count as 0.</param>
    public static int Rank(double[,] matrix, double tolerance)
    {
        var (a, n) = ((double[,])matrix.Clone(), matrix.GetLength(0));
        var largest = 0.0;
        foreach (var value in a) largest = Math.Max(largest, Math.Abs(value));
        for (var step = 0; step < n; step++)
        {
            var (row, column) = (step, step);
            for (var i = step; i < n; i++)
            {
                for (var j = step; j < n; j++)
                {
                    if (Math.Abs(a[i, j]) > Math.Abs(a[row, column])) (row, column) = (i, j);
                }
            }

            if (Math.Abs(a[row, column]) <= tolerance * largest) return step;
            for (var j = 0; j < n; j++) (a[step, j], a[row, j]) = (a[row, j], a[step, j]);
            for (var i = 0; i < n; i++) (a[i, step], a[i, column]) = (a[i, column], a[i, step]);
            for (var i = step + 1; i < n; i++)
            {
                var factor = a[i, step] / a[step, step];
                for (var j = step; j < n; j++) a[i, j] -= factor * a[step, j];
            }
        }

        return n;
    }

    /// <summary>Solves <c>A x = b</c> by elimination with row pivots.</summary>
    /// <param name="matrix">A, square and not singular; not changed.</param>
    /// <param name="right">b; not changed.</param>
    public static double[] Solve(double[,] matrix, double[] right)
    {
        var (a, x, n) = ((double[,])matrix.Clone(), (double[])right.Clone(), right.Length);
        for (var step = 0; step < n; step++)
        {
            var pivot = Enumerable.Range(step, n - step).MaxBy(row => Math.Abs(a[row, step]));
            for (var j = 0; j < n; j++) (a[step, j], a[pivot, j]) = (a[pivot, j], a[step, j]);
            (x[step], x[pivot]) = (x[pivot], x[step]);
            for (var i = step + 1; i < n; i++)
            {
                var factor = a[i, step] / a[step, step];
                for (var j = step; j < n; j++) a[i, j] -= factor * a[step, j];
                x[i] -= factor * x[step];
            }
        }

        for (var i = n - 1; i >= 0; i--)
        {
            for (var j = i + 1; j < n; j++) x[i] -= a[i, j] * x[j];
            x[i] /= a[i, i];
        }

        return x;
    }
}
