namespace Evenkeel.Reference;

/// <summary>The BFGS recursion with whole matrices (Nocedal and Wright, equation 6.17).</summary>
public static class QuasiNewton
{
    /// <summary><c>-H g</c> with <c>H = (I - rho s y^T) H (I - rho y s^T) + rho s s^T</c> over the pairs, the oldest first, from <c>(s . y) / (y . y)</c> of the newest pair times I.</summary>
    public static double[] Direction(IReadOnlyList<(double[] S, double[] Y)> pairs, double[] g)
    {
        int n = g.Length;
        double scale = pairs.Count == 0 ? 1 : Dot(pairs[^1].S, pairs[^1].Y) / Dot(pairs[^1].Y, pairs[^1].Y);
        double[] h = new double[n * n];
        for (int i = 0; i < n; i++) h[i * n + i] = scale;
        foreach ((double[] s, double[] y) in pairs)
        {
            double rho = 1 / Dot(s, y);
            double[] left = new double[n * n];
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++) left[i * n + j] = (i == j ? 1 : 0) - rho * s[i] * y[j];
            h = MatrixProduct.Multiply(MatrixProduct.Multiply(left, h, n, n, n), left, n, n, n, transposeB: true);
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++) h[i * n + j] += rho * s[i] * s[j];
        }
        return Array.ConvertAll(MatrixProduct.Multiply(h, g, n, 1, n), value => -value);
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
