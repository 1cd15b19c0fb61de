namespace Evenkeel.Reference;

/// <summary>Weights `[rows, units]` divided by an estimate of their largest singular value (Miyato et al., arXiv 1802.05957, Algorithm 1 and equation 12; units are columns).</summary>
public static class SpectralNorm
{
    /// <summary><c>W / sigma</c> after so many power iterations from v and u, with the vectors that they end at.</summary>
    public static (double[] W, double[] V, double[] U, double Sigma) Forward(double[] w, double[] v, double[] u, int iterations)
    {
        int rows = v.Length, units = u.Length;
        for (int i = 0; i < iterations; i++)
        {
            v = Unit(MatrixProduct.Multiply(w, u, rows, 1, units));
            u = Unit(MatrixProduct.Multiply(v, w, 1, units, rows));
        }
        double sigma = MatrixProduct.Multiply(v, w, 1, units, rows).Zip(u, (a, b) => a * b).Sum();
        return (Array.ConvertAll(w, value => value / sigma), v, u, sigma);
    }

    /// <summary>The gradient by w, with v and u as constants.</summary>
    public static double[] Backward(double[] gradient, double[] w, double[] v, double[] u, double sigma)
    {
        double along = gradient.Zip(w, (g, x) => g * x).Sum() / (sigma * sigma);
        return [.. gradient.Select((g, i) => g / sigma - along * v[i / u.Length] * u[i % u.Length])];
    }

    private static double[] Unit(double[] x)
    {
        double length = Math.Max(Math.Sqrt(x.Sum(value => value * value)), 1e-12);
        return Array.ConvertAll(x, value => value / length);
    }
}
