namespace Evenkeel.Reference;

/// <summary>One row for a whole sequence x `[N, T, C]`: its last valid step, or the mean of all valid ones; zeros where none is.</summary>
public static class SequencePooling
{
    /// <summary>1 where any number of a step differs from padding, else 0: x is `[places, features]`.</summary>
    public static double[] Mask(double[] x, int features, double padding)
    {
        double[] mask = new double[x.Length / features];
        for (int i = 0; i < x.Length; i++)
            if (x[i] != padding) mask[i / features] = 1;
        return mask;
    }

    /// <summary>y `[N, C]`.</summary>
    public static double[] Forward(double[] x, double[]? mask, int steps, int channels, bool mean)
    {
        int samples = x.Length / (steps * channels);
        double[] weights = Weights(mask, samples, steps, mean), y = new double[samples * channels];
        for (int i = 0; i < x.Length; i++) y[i / (steps * channels) * channels + i % channels] += weights[i / channels] * x[i];
        return y;
    }

    /// <summary>dx: every step gets its share.</summary>
    public static double[] Backward(double[] dy, double[]? mask, int steps, int channels, bool mean)
    {
        int samples = dy.Length / channels;
        double[] weights = Weights(mask, samples, steps, mean), dx = new double[samples * steps * channels];
        for (int i = 0; i < dx.Length; i++) dx[i] = weights[i / channels] * dy[i / (steps * channels) * channels + i % channels];
        return dx;
    }

    private static double[] Weights(double[]? mask, int samples, int steps, bool mean)
    {
        double[] weights = new double[samples * steps];
        for (int n = 0; n < samples; n++)
        {
            int[] valid = [.. Enumerable.Range(n * steps, steps).Where(place => mask is null || mask[place] != 0)];
            if (valid.Length == 0) continue;
            if (!mean) weights[valid[^1]] = 1;
            else
                foreach (int place in valid) weights[place] = 1.0 / valid.Length;
        }
        return weights;
    }
}
