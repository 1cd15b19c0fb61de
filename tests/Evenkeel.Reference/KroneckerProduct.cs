namespace Evenkeel.Reference;

/// <summary>Gradients `[rows, outputs]` by a curvature that is a Kronecker product, as one system of equations (Martens and Grosse, arXiv 1503.05671).</summary>
public static class KroneckerProduct
{
    /// <summary>Solves <c>(A + pi s I) X (G + s / pi I) = D</c> for X, with <c>s = sqrt(damping)</c> and <c>pi = sqrt((tr A / dim A) / (tr G / dim G))</c>, from the rows of whose squares A and G are means.</summary>
    /// <param name="d">D.</param>
    /// <param name="inputs">Rows whose mean square is A.</param>
    /// <param name="gradients">Rows whose mean square is G: each sample's own gradient.</param>
    /// <param name="damping">The damping.</param>
    public static double[] Solve(double[] d, double[][] inputs, double[][] gradients, double damping)
    {
        int p = inputs[0].Length, q = gradients[0].Length;
        double[,] a = Moments(inputs, p), g = Moments(gradients, q);
        double pi = Math.Sqrt(Enumerable.Range(0, p).Average(i => a[i, i]) / Enumerable.Range(0, q).Average(i => g[i, i])), s = Math.Sqrt(damping);
        for (int i = 0; i < p; i++) a[i, i] += pi * s;
        for (int i = 0; i < q; i++) g[i, i] += s / pi;
        int n = p * q;
        double[,] system = new double[n, n + 1];
        for (int row = 0; row < n; row++)
        {
            for (int column = 0; column < n; column++) system[row, column] = a[row / q, column / q] * g[row % q, column % q];
            system[row, n] = d[row];
        }
        for (int pivot = 0; pivot < n; pivot++)
        {
            int best = Enumerable.Range(pivot, n - pivot).MaxBy(row => Math.Abs(system[row, pivot]));
            for (int column = 0; column <= n; column++) (system[pivot, column], system[best, column]) = (system[best, column], system[pivot, column]);
            for (int row = 0; row < n; row++)
            {
                double factor = row == pivot ? 0 : system[row, pivot] / system[pivot, pivot];
                for (int column = pivot; column <= n && factor != 0; column++) system[row, column] -= factor * system[pivot, column];
            }
        }
        return [.. Enumerable.Range(0, n).Select(row => system[row, n] / system[row, row])];
    }

    private static double[,] Moments(double[][] rows, int size)
    {
        double[,] moments = new double[size, size];
        foreach (double[] row in rows)
            for (int i = 0; i < size; i++)
                for (int j = 0; j < size; j++) moments[i, j] += row[i] * row[j] / rows.Length;
        return moments;
    }
}
