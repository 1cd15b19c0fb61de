namespace Evenkeel.Reference;

/// <summary>The backward pass of batch normalisation: the paper's six formulas, their compact form, and the two cases in which statistics are constants.</summary>
/// <remarks>Ioffe and Szegedy, arXiv 1502.03167, section 3, and section 2 for what goes wrong when the statistics' gradient is left out.</remarks>
public static class BatchNormBackward
{
    /// <summary>The paper's six formulas, one by one, in its order.</summary>
    /// <remarks>
    /// <c>dxhat = dy gamma</c>; <c>dvar = sum dxhat (x - mean) (-1/2) (var + eps)^(-3/2)</c>;
    /// <c>dmean = sum dxhat (-1/sqrt(var + eps)) + dvar sum(-2 (x - mean)) / m</c>;
    /// <c>dx = dxhat / sqrt(var + eps) + dvar 2 (x - mean) / m + dmean / m</c>; <c>dgamma = sum dy xhat</c>; <c>dbeta = sum dy</c>.
    /// </remarks>
    public static BatchNormGradients SixFormulas(double[] dy, double[] x, int channels, double[]? gamma, double epsilon)
    {
        Shape.Require(dy, x.Length, nameof(dy));
        Moments moments = BatchNorm.Moments(x, channels);
        int m = (int)moments.Count;
        double[] dx = new double[x.Length], dgamma = new double[channels], dbeta = new double[channels];
        for (int c = 0; c < channels; c++)
        {
            double mean = moments.Mean[c], s2 = moments.Variance[c] + epsilon, s = Math.Sqrt(s2), g = gamma?[c] ?? 1;
            double dvar = 0, dmean = 0, deviations = 0;
            for (int r = 0; r < m; r++)
            {
                int i = r * channels + c;
                double dxhat = dy[i] * g;
                dvar += dxhat * (x[i] - mean) * -0.5 * Math.Pow(s2, -1.5);
                dmean += dxhat * (-1 / s);
                deviations += -2 * (x[i] - mean);
                dgamma[c] += dy[i] * (x[i] - mean) / s;
                dbeta[c] += dy[i];
            }
            dmean += dvar * deviations / m;
            for (int r = 0; r < m; r++)
            {
                int i = r * channels + c;
                dx[i] = dy[i] * g / s + dvar * 2 * (x[i] - mean) / m + dmean / m;
            }
        }
        return new BatchNormGradients(dx, dgamma, dbeta);
    }

    /// <summary>The same in compact form: <c>dx = gamma / (m s) (m dy - sum dy - xhat sum(dy xhat))</c> with <c>s = sqrt(var + eps)</c>.</summary>
    public static BatchNormGradients Compact(double[] dy, double[] x, int channels, double[]? gamma, double epsilon)
    {
        Shape.Require(dy, x.Length, nameof(dy));
        BatchNormOutput forward = BatchNorm.Forward(x, channels, gamma, null, epsilon);
        int m = x.Length / channels;
        (double[] dgamma, double[] dbeta) = Sums(dy, forward.XHat, channels);
        double[] dx = new double[x.Length];
        for (int r = 0; r < m; r++)
            for (int c = 0; c < channels; c++)
            {
                int i = r * channels + c;
                double s = Math.Sqrt(forward.Variance[c] + epsilon);
                dx[i] = (gamma?[c] ?? 1) / (m * s) * (m * dy[i] - dbeta[c] - forward.XHat[i] * dgamma[c]);
            }
        return new BatchNormGradients(dx, dgamma, dbeta);
    }

    /// <summary>Backward where the statistics are constants, as running ones are: <c>dx = dy gamma / s</c>.</summary>
    public static BatchNormGradients Frozen(double[] dy, double[] x, int channels, double[] mean, double[] variance, double[]? gamma, double epsilon)
    {
        Shape.Require(dy, x.Length, nameof(dy));
        BatchNormOutput forward = BatchNorm.ForwardWith(mean, variance, x, channels, gamma, null, epsilon);
        (double[] dgamma, double[] dbeta) = Sums(dy, forward.XHat, channels);
        double[] dx = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
            dx[i] = dy[i] * (gamma?[i % channels] ?? 1) / Math.Sqrt(variance[i % channels] + epsilon);
        return new BatchNormGradients(dx, dgamma, dbeta);
    }

    /// <summary>Backward that normalises with the batch but treats its mean and variance as constants (<c>StatisticsGradient</c> none): the wrong gradient of section 2, whose bias grows without bound.</summary>
    public static BatchNormGradients WithoutStatisticsGradient(double[] dy, double[] x, int channels, double[]? gamma, double epsilon)
    {
        Moments moments = BatchNorm.Moments(x, channels);
        return Frozen(dy, x, channels, moments.Mean, moments.Variance, gamma, epsilon);
    }

    /// <summary><c>dgamma = sum dy xhat</c> and <c>dbeta = sum dy</c>, each `[channels]`.</summary>
    public static (double[] Gamma, double[] Beta) Sums(double[] dy, double[] xhat, int channels)
    {
        double[] dgamma = new double[channels], dbeta = new double[channels];
        for (int i = 0; i < dy.Length; i++)
        {
            dgamma[i % channels] += dy[i] * xhat[i];
            dbeta[i % channels] += dy[i];
        }
        return (dgamma, dbeta);
    }
}

/// <summary>Gradients of a batch normalisation: X `[rows, channels]`, Gamma and Beta `[channels]`.</summary>
public sealed record BatchNormGradients(double[] X, double[] Gamma, double[] Beta);
