namespace Evenkeel.Reference;

/// <summary>Evaluation of EvalNorm: Singh and Shrivastava, arXiv 1904.06031. Every sample is normalised by the moments of a mixture that holds it with one weight, and the population with the rest.</summary>
public static class EvalNorm
{
    /// <summary>Mean and variance of the mixture, by way of its mean square: <c>E = (1-a) mu_R + a mu_x</c>, <c>Q = (1-a) (var_R + mu_R^2) + a mean(x^2)</c>, <c>variance = Q - E^2</c>.</summary>
    public static Moments Mixture(double[] sample, int channels, double[] mean, double[] variance, double weight)
    {
        int rows = Shape.Rows(sample, channels, nameof(sample));
        double[] e = new double[channels], v = new double[channels];
        for (int c = 0; c < channels; c++)
        {
            double sum = 0, squares = 0;
            for (int r = 0; r < rows; r++)
            {
                sum += sample[r * channels + c];
                squares += Math.Pow(sample[r * channels + c], 2);
            }
            e[c] = (1 - weight) * mean[c] + weight * sum / rows;
            v[c] = (1 - weight) * (variance[c] + mean[c] * mean[c]) + weight * squares / rows - e[c] * e[c];
        }
        return new Moments(rows, e, v);
    }

    /// <summary>y of x `[samples, rows, channels]`, sample by sample.</summary>
    public static double[] Forward(double[] x, int rows, int channels, double[] mean, double[] variance, double weight, double[]? gamma, double[]? beta, double epsilon) =>
        [.. x.Chunk(rows * channels).SelectMany(sample =>
        {
            Moments mixture = Mixture(sample, channels, mean, variance, weight);
            return BatchNorm.ForwardWith(mixture.Mean, mixture.Variance, sample, channels, gamma, beta, epsilon).Y;
        })];
}
