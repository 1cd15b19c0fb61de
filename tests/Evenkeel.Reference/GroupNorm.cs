namespace Evenkeel.Reference;

/// <summary>Normalisations of samples by their own statistics: group normalisation with its two ends, layer and instance normalisation, and RMSNorm.</summary>
/// <remarks>
/// Wu and He, arXiv 1803.08494, equation 7, over x `[samples, rows, channels]`; layer normalisation (arXiv 1607.06450) is rows = 1 with one group, instance normalisation (arXiv 1607.08022)
/// has as many groups as channels. Backward: <c>dx = (g - mean g - xhat mean(g xhat)) / s</c> over a group, with <c>g = gamma dy</c>.
/// </remarks>
public static class GroupNorm
{
    /// <summary>y of x.</summary>
    public static double[] Forward(double[] x, int rows, int channels, int groups, double[]? gamma, double[]? beta, double epsilon)
    {
        double[] y = new double[x.Length];
        foreach (int[] group in Groups(x.Length, rows, channels, groups))
        {
            (double mean, double deviation) = Moments(x, group, epsilon);
            foreach (int i in group) y[i] = (gamma?[i % channels] ?? 1) * (x[i] - mean) / deviation + (beta?[i % channels] ?? 0);
        }
        return y;
    }

    /// <summary>dx, dgamma and dbeta.</summary>
    public static BatchNormGradients Backward(double[] dy, double[] x, int rows, int channels, int groups, double[]? gamma, double epsilon)
    {
        Shape.Require(dy, x.Length, nameof(dy));
        double[] dx = new double[x.Length], dgamma = new double[channels], dbeta = new double[channels];
        foreach (int[] group in Groups(x.Length, rows, channels, groups))
        {
            (double mean, double deviation) = Moments(x, group, epsilon);
            double G(int i) => dy[i] * (gamma?[i % channels] ?? 1);
            double Hat(int i) => (x[i] - mean) / deviation;
            double sum = group.Average(G), product = group.Average(i => G(i) * Hat(i));
            foreach (int i in group)
            {
                dx[i] = (G(i) - sum - Hat(i) * product) / deviation;
                dgamma[i % channels] += dy[i] * Hat(i);
                dbeta[i % channels] += dy[i];
            }
        }
        return new BatchNormGradients(dx, dgamma, dbeta);
    }

    /// <summary>RMSNorm, Zhang and Sennrich, arXiv 1910.07467, equation 4: <c>y = gamma x / sqrt(mean x^2 + eps) + beta</c>, row by row.</summary>
    public static double[] RootMeanSquare(double[] x, int channels, double[]? gamma, double[]? beta, double epsilon)
    {
        double[] y = new double[x.Length];
        foreach (int[] row in Groups(x.Length, 1, channels, 1))
        {
            double root = Math.Sqrt(row.Average(i => x[i] * x[i]) + epsilon);
            foreach (int i in row) y[i] = (gamma?[i % channels] ?? 1) * x[i] / root + (beta?[i % channels] ?? 0);
        }
        return y;
    }

    /// <summary>Its gradients: <c>dx = (g - xhat mean(g xhat)) / root</c>.</summary>
    public static BatchNormGradients RootMeanSquareBackward(double[] dy, double[] x, int channels, double[]? gamma, double epsilon)
    {
        double[] dx = new double[x.Length], dgamma = new double[channels], dbeta = new double[channels];
        foreach (int[] row in Groups(x.Length, 1, channels, 1))
        {
            double root = Math.Sqrt(row.Average(i => x[i] * x[i]) + epsilon), product = row.Average(i => dy[i] * (gamma?[i % channels] ?? 1) * x[i] / root);
            foreach (int i in row)
            {
                dx[i] = (dy[i] * (gamma?[i % channels] ?? 1) - x[i] / root * product) / root;
                dgamma[i % channels] += dy[i] * x[i] / root;
                dbeta[i % channels] += dy[i];
            }
        }
        return new BatchNormGradients(dx, dgamma, dbeta);
    }

    private static (double Mean, double Deviation) Moments(double[] x, int[] group, double epsilon)
    {
        double mean = group.Average(i => x[i]);
        return (mean, Math.Sqrt(group.Average(i => (x[i] - mean) * (x[i] - mean)) + epsilon));
    }

    /// <summary>The places of every group of every sample.</summary>
    private static IEnumerable<int[]> Groups(int length, int rows, int channels, int groups)
    {
        int size = channels / groups, sample = rows * channels;
        for (int start = 0; start < length; start += sample)
            for (int group = 0; group < groups; group++)
            {
                int first = start + group * size;
                yield return [.. Enumerable.Range(0, rows).SelectMany(r => Enumerable.Range(0, size).Select(c => first + r * channels + c))];
            }
    }
}
