namespace Evenkeel.Reference;

/// <summary>Cross-entropy with distributions as targets, and the divergence of Kullback and Leibler, means over the batch.</summary>
/// <remarks><c>L = -(1/N) sum_ij t_ij log p_ij</c> with p the softmax of the logits; the divergence adds <c>(1/N) sum t log t</c>. Gradient: <c>dz_ij = (p_ij sum_k t_ik - t_ij) / N</c>.</remarks>
public static class SoftCrossEntropy
{
    /// <summary>The mean cross-entropy.</summary>
    public static double Loss(double[] logits, double[] targets, int classes)
    {
        Shape.Require(targets, logits.Length, nameof(targets));
        int rows = Shape.Rows(logits, classes, nameof(logits));
        double sum = 0;
        for (int label = 0; label < classes; label++)
        {
            double[] losses = SoftmaxCrossEntropy.RowLosses(logits, [.. Enumerable.Repeat(label, rows)], classes);
            for (int r = 0; r < rows; r++) sum += targets[r * classes + label] == 0 ? 0 : targets[r * classes + label] * losses[r];
        }
        return sum / rows;
    }

    /// <summary>The mean divergence: the cross-entropy less the targets' own entropy.</summary>
    public static double Divergence(double[] logits, double[] targets, int classes) =>
        Loss(logits, targets, classes) + targets.Sum(t => t == 0 ? 0 : t * Math.Log(t)) / Shape.Rows(logits, classes, nameof(logits));

    /// <summary>The gradient of both by the logits.</summary>
    public static double[] Gradient(double[] logits, double[] targets, int classes)
    {
        double[] p = SoftmaxCrossEntropy.Probabilities(logits, classes), d = new double[p.Length];
        int rows = Shape.Rows(logits, classes, nameof(logits));
        for (int i = 0; i < d.Length; i++) d[i] = (p[i] * targets.AsSpan(i / classes * classes, classes).ToArray().Sum() - targets[i]) / rows;
        return d;
    }
}
