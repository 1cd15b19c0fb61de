namespace Evenkeel.Reference;

/// <summary>Softmax and cross-entropy with class labels, the mean over the batch: <c>L = (1/N) sum_i (log sum_j exp z_ij - z_i,label)</c>.</summary>
/// <remarks>The largest logit is taken off first, so nothing overflows. Gradient: <c>dz_ij = (p_ij - [j = label_i]) / N</c>. Bridle, 1990; as PyTorch's <c>CrossEntropyLoss</c> with its default reduction.</remarks>
public static class SoftmaxCrossEntropy
{
    /// <summary>The probabilities <c>exp(z - max) / sum exp(z - max)</c>, row by row, `[N, classes]`.</summary>
    public static double[] Probabilities(double[] logits, int classes)
    {
        double[] p = new double[logits.Length];
        for (int r = 0; r < Shape.Rows(logits, classes, nameof(logits)); r++)
        {
            double logSum = LogSumExp(logits, r, classes);
            for (int j = 0; j < classes; j++) p[r * classes + j] = Math.Exp(logits[r * classes + j] - logSum);
        }
        return p;
    }

    /// <summary>The loss of every row, `[N]`.</summary>
    public static double[] RowLosses(double[] logits, int[] labels, int classes)
    {
        Shape.Require(labels, Shape.Rows(logits, classes, nameof(logits)), nameof(labels));
        return [.. labels.Select((label, r) => LogSumExp(logits, r, classes) - logits[r * classes + label])];
    }

    /// <summary>The mean loss over the rows.</summary>
    public static double Loss(double[] logits, int[] labels, int classes) => RowLosses(logits, labels, classes).Average();

    /// <summary>The gradient of the mean loss by the logits, `[N, classes]`.</summary>
    public static double[] Gradient(double[] logits, int[] labels, int classes)
    {
        double[] d = Probabilities(logits, classes);
        for (int r = 0; r < labels.Length; r++) d[r * classes + labels[r]] -= 1;
        return Array.ConvertAll(d, v => v / labels.Length);
    }

    /// <summary>The mean loss with label smoothing: the cross-entropy to the target <c>(1 - e) onehot + e / classes</c> (Szegedy et al., arXiv 1512.00567, section 7).</summary>
    public static double SmoothedLoss(double[] logits, int[] labels, int classes, double smoothing)
    {
        double[] targets = SmoothedTargets(labels, classes, smoothing), p = Probabilities(logits, classes);
        double sum = 0;
        for (int i = 0; i < p.Length; i++) sum -= targets[i] * Math.Log(p[i]);
        return sum / labels.Length;
    }

    /// <summary>The gradient of the mean smoothed loss by the logits, `[N, classes]`.</summary>
    public static double[] SmoothedGradient(double[] logits, int[] labels, int classes, double smoothing)
    {
        double[] targets = SmoothedTargets(labels, classes, smoothing);
        return [.. Probabilities(logits, classes).Select((p, i) => (p - targets[i]) / labels.Length)];
    }

    private static double[] SmoothedTargets(int[] labels, int classes, double smoothing) =>
        [.. labels.SelectMany(label => Enumerable.Range(0, classes).Select(j => (smoothing / classes) + (j == label ? 1 - smoothing : 0)))];

    private static double LogSumExp(double[] logits, int row, int classes)
    {
        double max = double.NegativeInfinity, sum = 0;
        for (int j = 0; j < classes; j++) max = Math.Max(max, logits[row * classes + j]);
        for (int j = 0; j < classes; j++) sum += Math.Exp(logits[row * classes + j] - max);
        return max + Math.Log(sum);
    }
}
