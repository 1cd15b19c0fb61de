namespace Evenkeel.Reference;

/// <summary>Batch normalisation of the valid places of x `[places, channels]` alone (Ioffe and Szegedy, arXiv 1502.03167, Algorithm 1, over them); padding becomes 0.</summary>
public static class MaskedBatchNorm
{
    /// <summary>y.</summary>
    public static double[] Forward(double[] x, double[] mask, int channels, double[]? gamma, double[]? beta, double epsilon) =>
        Scatter(BatchNorm.Forward(Gather(x, mask, channels), channels, gamma, beta, epsilon).Y, mask, channels);

    /// <summary>dx, dgamma and dbeta.</summary>
    public static BatchNormGradients Backward(double[] dy, double[] x, double[] mask, int channels, double[]? gamma, double epsilon)
    {
        BatchNormGradients gradients = BatchNormBackward.Compact(Gather(dy, mask, channels), Gather(x, mask, channels), channels, gamma, epsilon);
        return gradients with { X = Scatter(gradients.X, mask, channels) };
    }

    /// <summary>y with given statistics, running or frozen ones; padding becomes 0.</summary>
    public static double[] ForwardWith(double[] mean, double[] variance, double[] x, double[] mask, int channels, double[]? gamma, double[]? beta, double epsilon) =>
        Scatter(BatchNorm.ForwardWith(mean, variance, Gather(x, mask, channels), channels, gamma, beta, epsilon).Y, mask, channels);

    /// <summary>dx, dgamma and dbeta with given statistics, which are constants.</summary>
    public static BatchNormGradients Frozen(double[] dy, double[] x, double[] mask, int channels, double[] mean, double[] variance, double[]? gamma, double epsilon)
    {
        BatchNormGradients gradients = BatchNormBackward.Frozen(Gather(dy, mask, channels), Gather(x, mask, channels), channels, mean, variance, gamma, epsilon);
        return gradients with { X = Scatter(gradients.X, mask, channels) };
    }

    private static double[] Gather(double[] x, double[] mask, int channels) => [.. x.Where((_, i) => mask[i / channels] != 0)];

    private static double[] Scatter(double[] rows, double[] mask, int channels)
    {
        double[] x = new double[mask.Length * channels];
        int next = 0;
        for (int i = 0; i < x.Length; i++)
            if (mask[i / channels] != 0) x[i] = rows[next++];
        return x;
    }
}
