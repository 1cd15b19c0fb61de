namespace Evenkeel.Reference;

/// <summary>AdaMax: <c>m = b1 m + (1-b1) g</c>, <c>u = max(b2 u, |g| + eps)</c>, <c>w = w - rate m / ((1 - b1^t) u)</c>.</summary>
/// <remarks>Kingma and Ba, arXiv 1412.6980, Algorithm 2; as PyTorch's <c>Adamax</c>.</remarks>
public static class AdaMax
{
    /// <summary>One update of <paramref name="w"/> and the slots in place.</summary>
    public static void Step(double[] w, double[] gradient, double[] m, double[] u, int t, double rate = 2e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
    {
        Shape.Require(gradient, w.Length, nameof(gradient));
        for (int i = 0; i < w.Length; i++)
        {
            double g = gradient[i] + weightDecay * w[i];
            m[i] = beta1 * m[i] + (1 - beta1) * g;
            u[i] = Math.Max(beta2 * u[i], Math.Abs(g) + epsilon);
            w[i] -= rate * m[i] / ((1 - Math.Pow(beta1, t)) * u[i]);
        }
    }
}
