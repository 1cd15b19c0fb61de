namespace Evenkeel.Reference;

/// <summary>Batch normalisation forward, Algorithm 1 of Ioffe and Szegedy (arXiv 1502.03167).</summary>
/// <remarks>
/// Per channel over m values: <c>mean = (1/m) sum x</c>, <c>variance = (1/m) sum (x - mean)^2</c> (divided by m), <c>xhat = (x - mean) / sqrt(variance + epsilon)</c>, <c>y = gamma xhat + beta</c>.
/// For images (section 3.2) one channel is one feature map and m is N * H * W; with channels last that is the same loop, see README.md.
/// </remarks>
public static class BatchNorm
{
    /// <summary>Mean and population variance of every channel of <paramref name="x"/> `[rows, channels]`, in two sweeps.</summary>
    public static Moments Moments(double[] x, int channels)
    {
        int rows = Shape.Rows(x, channels, nameof(x));
        if (rows == 0) throw new ArgumentException("No rows: the moments of nothing are not defined.", nameof(x));
        double[] mean = new double[channels], variance = new double[channels];
        for (int c = 0; c < channels; c++)
        {
            for (int r = 0; r < rows; r++) mean[c] += x[r * channels + c];
            mean[c] /= rows;
            for (int r = 0; r < rows; r++) variance[c] += Math.Pow(x[r * channels + c] - mean[c], 2);
            variance[c] /= rows;
        }
        return new Moments(rows, mean, variance);
    }

    /// <summary>Normalises with the statistics of the batch itself.</summary>
    /// <param name="x">`[rows, channels]`.</param>
    /// <param name="gamma">`[channels]`; ones if null (scale off).</param>
    /// <param name="beta">`[channels]`; zeros if null (shift off).</param>
    public static BatchNormOutput Forward(double[] x, int channels, double[]? gamma, double[]? beta, double epsilon)
    {
        Moments moments = Moments(x, channels);
        return ForwardWith(moments.Mean, moments.Variance, x, channels, gamma, beta, epsilon);
    }

    /// <summary>Normalises with given statistics: running, population or frozen ones. Row by row independent, so a sample's result does not depend on its batch.</summary>
    public static BatchNormOutput ForwardWith(double[] mean, double[] variance, double[] x, int channels, double[]? gamma, double[]? beta, double epsilon)
    {
        int rows = Shape.Rows(x, channels, nameof(x));
        double[] xhat = new double[x.Length], y = new double[x.Length];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < channels; c++)
            {
                int i = r * channels + c;
                xhat[i] = (x[i] - mean[c]) / Math.Sqrt(variance[c] + epsilon);
                y[i] = (gamma?[c] ?? 1) * xhat[i] + (beta?[c] ?? 0);
            }
        return new BatchNormOutput(y, xhat, mean, variance);
    }
}

/// <summary>Count, mean `[channels]` and population variance `[channels]`.</summary>
public sealed record Moments(long Count, double[] Mean, double[] Variance)
{
    /// <summary>The unbiased variance, <c>n / (n - 1)</c> times the population's; not a number for one value.</summary>
    public double[] SampleVariance => Array.ConvertAll(Variance, v => Count > 1 ? v * Count / (Count - 1.0) : double.NaN);
}

/// <summary>What a normalisation gives: y and xhat `[rows, channels]`, and the statistics used `[channels]`.</summary>
public sealed record BatchNormOutput(double[] Y, double[] XHat, double[] Mean, double[] Variance);
