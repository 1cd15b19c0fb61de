namespace Evenkeel.Reference;

/// <summary>A product with weights of which every sample drops its own, in the inverted form: <c>y[n, j] = sum_i m[n, i, j] W[i, j] x[n, i] / keep</c>. Wan et al., ICML 2013, algorithm 1.</summary>
public static class DropConnect
{
    /// <summary>y `[N, units]` of x `[N, inputs]`, W `[inputs, units]` and the mask `[N, inputs, units]`.</summary>
    public static double[] Forward(double[] x, double[] w, bool[] mask, int inputs, int units, double keep)
    {
        double[] y = new double[Shape.Rows(x, inputs, nameof(x)) * units];
        Each(mask, inputs, units, (n, i, j) => y[n * units + j] += w[i * units + j] * x[n * inputs + i] / keep);
        return y;
    }

    /// <summary>The gradients of <c>sum(dy y)</c> by x and by W.</summary>
    public static DropConnectGradients Backward(double[] dy, double[] x, double[] w, bool[] mask, int inputs, int units, double keep)
    {
        double[] dx = new double[x.Length], dw = new double[w.Length];
        Each(mask, inputs, units, (n, i, j) =>
        {
            dx[n * inputs + i] += w[i * units + j] * dy[n * units + j] / keep;
            dw[i * units + j] += x[n * inputs + i] * dy[n * units + j] / keep;
        });
        return new DropConnectGradients(dx, dw);
    }

    /// <summary>Mean and variance of y over all masks: <c>x W</c> and <c>(1 - keep) / keep (x x)(W W)</c>.</summary>
    public static (double[] Mean, double[] Variance) Moments(double[] x, double[] w, int inputs, int units, double keep)
    {
        double[] squares = MatrixProduct.Multiply(Square(x), Square(w), x.Length / inputs, units, inputs);
        return (MatrixProduct.Multiply(x, w, x.Length / inputs, units, inputs), [.. squares.Select(v => v * (1 - keep) / keep)]);
    }

    /// <summary><c>E[g(mean + deviation z)]</c>, z standard normal, by Simpson's rule on ten thousand intervals between the kinks' sides and 12 deviations.</summary>
    public static double Expectation(Activation g, double mean, double deviation)
    {
        if (deviation == 0) return g.Forward(mean);
        double[] edges = [-12, .. g.Kinks.Select(kink => (kink - mean) / deviation).Where(z => Math.Abs(z) < 12).Order(), 12];
        double sum = 0;
        for (int part = 0; part + 1 < edges.Length; part++) sum += Simpson(z => g.Forward(mean + deviation * z) * NormalDistribution.Density(z), edges[part], edges[part + 1]);
        return sum;
    }

    private static double Simpson(Func<double, double> f, double from, double to)
    {
        const int Intervals = 10_000;
        double step = (to - from) / Intervals, sum = f(from) + f(to);
        for (int i = 1; i < Intervals; i++) sum += f(from + i * step) * (i % 2 == 0 ? 2 : 4);
        return sum * step / 3;
    }

    private static void Each(bool[] mask, int inputs, int units, Action<int, int, int> kept)
    {
        for (int at = 0; at < mask.Length; at++)
            if (mask[at]) kept(at / units / inputs, at / units % inputs, at % units);
    }

    private static double[] Square(double[] x) => Array.ConvertAll(x, v => v * v);
}

/// <summary>What <see cref="DropConnect.Backward"/> returns.</summary>
public sealed record DropConnectGradients(double[] X, double[] W);
