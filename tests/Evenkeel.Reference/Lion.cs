namespace Evenkeel.Reference;

/// <summary>Lion: <c>w = w - rate (sign(b1 m + (1-b1) g) + decay w)</c>, <c>m = b2 m + (1-b2) g</c>.</summary>
/// <remarks>Chen et al., arXiv 2302.06675, Algorithm 2.</remarks>
public static class Lion
{
    /// <summary>One update of <paramref name="w"/> and the slots in place.</summary>
    public static void Step(double[] w, double[] gradient, double[] m, double rate, double beta1 = 0.9, double beta2 = 0.99, double weightDecay = 0)
    {
        Shape.Require(gradient, w.Length, nameof(gradient));
        for (int i = 0; i < w.Length; i++)
        {
            double mixed = beta1 * m[i] + (1 - beta1) * gradient[i];
            m[i] = beta2 * m[i] + (1 - beta2) * gradient[i];
            w[i] -= rate * (Math.Sign(mixed) + weightDecay * w[i]);
        }
    }
}
