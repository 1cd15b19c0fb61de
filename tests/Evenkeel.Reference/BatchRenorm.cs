namespace Evenkeel.Reference;

/// <summary>Batch Renormalization: Ioffe, arXiv 1702.03275, Algorithm 1.</summary>
public static class BatchRenorm
{
    /// <summary><c>r = clip(sigma_B / sigma)</c> and <c>d = clip((mean_B - mean) / sigma)</c> of every channel; deviations include epsilon.</summary>
    public static (double[] R, double[] D) Corrections(double[] x, int channels, double[] mean, double[] variance, double epsilon, double maximumRatio, double maximumOffset)
    {
        Moments batch = BatchNorm.Moments(x, channels);
        double[] r = new double[channels], d = new double[channels];
        for (int c = 0; c < channels; c++)
        {
            double sigma = Math.Sqrt(variance[c] + epsilon);
            r[c] = Math.Min(maximumRatio, Math.Max(1 / maximumRatio, Math.Sqrt(batch.Variance[c] + epsilon) / sigma));
            d[c] = Math.Min(maximumOffset, Math.Max(-maximumOffset, (batch.Mean[c] - mean[c]) / sigma));
        }
        return (r, d);
    }

    /// <summary><c>y = gamma ((x - mean_B) / sigma_B r + d) + beta</c>.</summary>
    public static double[] Forward(double[] x, int channels, double[] r, double[] d, double[]? gamma, double[]? beta, double epsilon)
    {
        double[] xhat = BatchNorm.Forward(x, channels, null, null, epsilon).XHat;
        return [.. xhat.Select((value, i) => (gamma?[i % channels] ?? 1) * (value * r[i % channels] + d[i % channels]) + (beta?[i % channels] ?? 0))];
    }

    /// <summary>The gradients, r and d being constants: those of batch normalisation with <c>gamma r</c>, and <c>dgamma = sum dy (xhat_B r + d)</c>.</summary>
    public static BatchNormGradients Backward(double[] dy, double[] x, int channels, double[] r, double[] d, double[]? gamma, double epsilon)
    {
        BatchNormGradients plain = BatchNormBackward.Compact(dy, x, channels, [.. r.Select((value, c) => value * (gamma?[c] ?? 1))], epsilon);
        return plain with { Gamma = [.. plain.Gamma.Select((value, c) => r[c] * value + d[c] * plain.Beta[c])] };
    }
}
