namespace Evenkeel.Reference;

/// <summary>Batch normalisation of ghost batches: Hoffer, Hubara and Soudry, arXiv 1705.08741, Algorithm 1. Every part of the batch is normalised by itself; gamma and beta are shared.</summary>
public static class GhostBatchNorm
{
    /// <summary>y of x `[samples, rows, channels]`, cut into as many equal parts of at least <paramref name="size"/> samples as there are.</summary>
    public static double[] Forward(double[] x, int rows, int channels, int size, double[]? gamma, double[]? beta, double epsilon) =>
        [.. Parts(x.Length / (rows * channels), size).SelectMany(part => BatchNorm.Forward(Of(x, part, rows * channels), channels, gamma, beta, epsilon).Y)];

    /// <summary>dx, and the sums of dgamma and dbeta over the parts.</summary>
    public static BatchNormGradients Backward(double[] dy, double[] x, int rows, int channels, int size, double[]? gamma, double epsilon)
    {
        BatchNormGradients[] parts = [.. Parts(x.Length / (rows * channels), size).Select(part => BatchNormBackward.Compact(Of(dy, part, rows * channels), Of(x, part, rows * channels), channels, gamma, epsilon))];
        return new BatchNormGradients(
            [.. parts.SelectMany(part => part.X)],
            [.. Enumerable.Range(0, channels).Select(c => parts.Sum(part => part.Gamma[c]))],
            [.. Enumerable.Range(0, channels).Select(c => parts.Sum(part => part.Beta[c]))]);
    }

    /// <summary>The samples of every part.</summary>
    public static IEnumerable<(int First, int End)> Parts(int samples, int size)
    {
        int count = Math.Max(1, samples / size);
        return Enumerable.Range(0, count).Select(part => (samples * part / count, samples * (part + 1) / count));
    }

    private static double[] Of(double[] x, (int First, int End) part, int sample) => x[(part.First * sample)..(part.End * sample)];
}
