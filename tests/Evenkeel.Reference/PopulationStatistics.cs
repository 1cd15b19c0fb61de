namespace Evenkeel.Reference;

/// <summary>Statistics for inference: Algorithm 2 of Ioffe and Szegedy (arXiv 1502.03167), its pooled variant, and the affine map that inference becomes.</summary>
public static class PopulationStatistics
{
    /// <summary>Algorithm 2, step 4, over mini-batches of one size m: <c>E[x] = mean over batches of mean_B</c>, <c>Var[x] = m / (m - 1) * mean over batches of var_B</c>.</summary>
    public static (double[] Mean, double[] Variance) Algorithm2(IReadOnlyList<double[]> batches, int channels)
    {
        int m = Shape.Rows(batches[0], channels, nameof(batches));
        if (m < 2) throw new ArgumentException("Algorithm 2 needs more than one value per channel in a batch.", nameof(batches));
        double[] mean = new double[channels], variance = new double[channels];
        foreach (double[] batch in batches)
        {
            Shape.Require(batch, m * channels, nameof(batches));
            Moments moments = BatchNorm.Moments(batch, channels);
            for (int c = 0; c < channels; c++)
            {
                mean[c] += moments.Mean[c] / batches.Count;
                variance[c] += moments.Variance[c] / batches.Count * m / (m - 1.0);
            }
        }
        return (mean, variance);
    }

    /// <summary>The statistics of all batches as one population (Wu and Johnson, arXiv 2105.07576, section 3): any sizes, and the spread of the means counts too.</summary>
    public static Moments Pooled(IReadOnlyList<double[]> batches, int channels) => BatchNorm.Moments(batches.SelectMany(b => b).ToArray(), channels);

    /// <summary>Algorithm 2, step 5: inference is <c>y = scale x + shift</c> with <c>scale = gamma / sqrt(Var + eps)</c> and <c>shift = beta - scale E</c>.</summary>
    public static (double[] Scale, double[] Shift) Affine(double[] mean, double[] variance, double[]? gamma, double[]? beta, double epsilon)
    {
        double[] scale = new double[mean.Length], shift = new double[mean.Length];
        for (int c = 0; c < mean.Length; c++)
        {
            scale[c] = (gamma?[c] ?? 1) / Math.Sqrt(variance[c] + epsilon);
            shift[c] = (beta?[c] ?? 0) - scale[c] * mean[c];
        }
        return (scale, shift);
    }

    /// <summary>Folds that map into the product before it: weights `[In, Out]` become <c>W[i,o] scale[o]</c>, the bias <c>bias[o] scale[o] + shift[o]</c>.</summary>
    public static (double[] Weights, double[] Bias) Fold(double[] weights, double[]? bias, double[] scale, double[] shift)
    {
        int outputs = scale.Length;
        double[] folded = new double[weights.Length], foldedBias = new double[outputs];
        for (int i = 0; i < weights.Length; i++) folded[i] = weights[i] * scale[i % outputs];
        for (int o = 0; o < outputs; o++) foldedBias[o] = (bias?[o] ?? 0) * scale[o] + shift[o];
        return (folded, foldedBias);
    }
}
