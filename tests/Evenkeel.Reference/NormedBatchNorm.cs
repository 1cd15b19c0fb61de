namespace Evenkeel.Reference;

/// <summary>Batch normalisation that divides by a norm other than the standard deviation: Santurkar et al., arXiv 1805.11604, section 3.3.</summary>
/// <remarks>
/// Per channel over n values: <c>xhat = (x - mean) / sqrt(N^2 + epsilon)</c>, <c>y = gamma xhat + beta</c>, with N taken over x itself, before the mean is subtracted:
/// l1 <c>(1/n) sum |x|</c>, l2 <c>sqrt((1/n) sum x^2)</c>, l-infinity <c>max |x|</c>.
/// </remarks>
public static class NormedBatchNorm
{
    /// <summary>N of every channel.</summary>
    /// <param name="p">1, 2 or infinity.</param>
    public static double[] Norms(double[] x, int channels, double p) =>
        [.. Enumerable.Range(0, channels).Select(c =>
        {
            double[] magnitudes = [.. x.Where((_, i) => i % channels == c).Select(Math.Abs)];
            return double.IsPositiveInfinity(p) ? magnitudes.Max() : Math.Pow(magnitudes.Average(v => Math.Pow(v, p)), 1 / p);
        })];

    /// <summary>y, xhat, the mean and N^2.</summary>
    public static BatchNormOutput Forward(double[] x, int channels, double p, double[]? gamma, double[]? beta, double epsilon)
    {
        double[] squares = Array.ConvertAll(Norms(x, channels, p), norm => norm * norm);
        return BatchNorm.ForwardWith(BatchNorm.Moments(x, channels).Mean, squares, x, channels, gamma, beta, epsilon);
    }

    /// <summary>The gradients, by the chain rule through mean and norm: <c>dx = g - mean g - (1/s) sum(g xhat s) dN/dx N / s</c> with <c>g = gamma dy / s</c> and <c>s = sqrt(N^2 + epsilon)</c>.</summary>
    public static BatchNormGradients Backward(double[] dy, double[] x, int channels, double p, double[]? gamma, double epsilon)
    {
        Shape.Require(dy, x.Length, nameof(dy));
        BatchNormOutput forward = Forward(x, channels, p, gamma, null, epsilon);
        (double[] dgamma, double[] dbeta) = BatchNormBackward.Sums(dy, forward.XHat, channels);
        int n = x.Length / channels;
        double[] dx = new double[x.Length];
        for (int c = 0; c < channels; c++)
        {
            double norm = Math.Sqrt(forward.Variance[c]), s = Math.Sqrt(forward.Variance[c] + epsilon), g = gamma?[c] ?? 1;
            int ties = Enumerable.Range(0, n).Count(r => Math.Abs(x[r * channels + c]) == norm);
            for (int r = 0; r < n; r++)
            {
                int i = r * channels + c;
                double slope = p switch
                {
                    1 => Math.Sign(x[i]) / (double)n,
                    2 => x[i] / (n * norm),
                    _ => Math.Abs(x[i]) == norm ? Math.Sign(x[i]) / (double)ties : 0,
                };
                dx[i] = g / s * (dy[i] - dbeta[c] / n) - g * dgamma[c] * norm / (s * s) * slope;
            }
        }
        return new BatchNormGradients(dx, dgamma, dbeta);
    }
}
