namespace Evenkeel.Reference;

/// <summary>Whitening matrices of second moments `[channels, channels]`, in blocks along the diagonal, by Newton-Schulz iterations (Huang et al., arXiv 1904.03441, Algorithm 1).</summary>
public static class Whitening
{
    /// <summary><c>S = M / values + epsilon I</c>, <c>P = (3 P - P^3 S / tr S) / 2</c> from I, <c>W = P / sqrt(tr S)</c>; zeros outside the blocks.</summary>
    public static double[] Forward(double[] moments, int channels, double values, int block, int iterations, double epsilon)
    {
        double[] w = new double[moments.Length];
        foreach ((int first, double[] s) in Blocks(moments, channels, block)) Place(w, channels, first, Root(Scaled(s, values, epsilon), iterations));
        return w;
    }

    /// <summary>The gradient by the moments, from forward differentiation along every entry: dP follows P through the iterations.</summary>
    public static double[] Backward(double[] gradient, double[] moments, int channels, double values, int block, int iterations, double epsilon)
    {
        double[] result = new double[moments.Length];
        foreach ((int first, double[] m) in Blocks(moments, channels, block))
        {
            int size = (int)Math.Sqrt(m.Length);
            double[] g = Blocks(gradient, channels, block).Single(other => other.First == first).Entries;
            double[] s = Scaled(m, values, epsilon), own = new double[m.Length];
            for (int i = 0; i < m.Length; i++)
            {
                double[] direction = new double[m.Length];
                direction[i] = 1 / values;
                own[i] = RootAlong(s, direction, size, iterations).Zip(g, (d, c) => d * c).Sum();
            }
            Place(result, channels, first, own);
        }
        return result;
    }

    private static double[] Root(double[] s, int iterations) => Follow(s, null, (int)Math.Sqrt(s.Length), iterations).W;

    private static double[] RootAlong(double[] s, double[] direction, int size, int iterations) => Follow(s, direction, size, iterations).Along;

    private static (double[] W, double[] Along) Follow(double[] s, double[]? direction, int size, int iterations)
    {
        double Trace(double[] a) => Enumerable.Range(0, size).Sum(i => a[(i * size) + i]);
        double[] Times(double[] a, double[] b) => MatrixProduct.Multiply(a, b, size, size, size);
        double[] Plus(double[] a, double[] b, double factor) => [.. a.Zip(b, (x, y) => x + factor * y)];
        double[] Scale(double[] a, double factor) => Array.ConvertAll(a, x => x * factor);
        double trace = Trace(s);
        double[] ds = direction ?? new double[s.Length];
        double[] n = Scale(s, 1 / trace), dn = Plus(Scale(ds, 1 / trace), s, -Trace(ds) / (trace * trace));
        double[] p = new double[s.Length], dp = new double[s.Length];
        for (int i = 0; i < size; i++) p[i * size + i] = 1;
        for (int k = 0; k < iterations; k++)
        {
            double[] pp = Times(p, p), ppp = Times(pp, p);
            double[] dcube = Plus(Plus(Times(dp, pp), Times(Times(p, dp), p), 1), Times(pp, dp), 1);
            double[] change = Plus(Times(dcube, n), Times(ppp, dn), 1);
            (p, dp) = (Plus(Scale(p, 1.5), Times(ppp, n), -0.5), Plus(Scale(dp, 1.5), change, -0.5));
        }
        double root = Math.Sqrt(trace);
        return (Scale(p, 1 / root), Plus(Scale(dp, 1 / root), p, -0.5 * Trace(ds) / (trace * root)));
    }

    private static double[] Scaled(double[] m, double values, double epsilon)
    {
        int size = (int)Math.Sqrt(m.Length);
        return [.. m.Select((value, i) => value / values + (i % (size + 1) == 0 ? epsilon : 0))];
    }

    private static IEnumerable<(int First, double[] Entries)> Blocks(double[] matrix, int channels, int block)
    {
        for (int first = 0; first < channels; first += block)
        {
            int size = Math.Min(block, channels - first), from = first;
            yield return (first, [.. Enumerable.Range(0, size * size).Select(i => matrix[(from + i / size) * channels + from + i % size])]);
        }
    }

    private static void Place(double[] matrix, int channels, int first, double[] entries)
    {
        int size = (int)Math.Sqrt(entries.Length);
        for (int i = 0; i < entries.Length; i++) matrix[(first + i / size) * channels + first + i % size] = entries[i];
    }
}
