namespace Evenkeel.Reference;

/// <summary>Adam (Kingma and Ba, arXiv 1412.6980, Algorithm 1) with coupled weight decay, and AdamW (Loshchilov and Hutter, arXiv 1711.05101, Algorithm 2) with decoupled decay.</summary>
/// <remarks>
/// <c>m = b1 m + (1-b1) g</c>; <c>v = b2 v + (1-b2) g^2</c>; <c>mhat = m / (1 - b1^t)</c>; <c>vhat = v / (1 - b2^t)</c>; <c>w = w - rate mhat / (sqrt vhat + eps)</c>.
/// Epsilon is added outside the root, after the correction, as in the paper's Algorithm 1 and in PyTorch.
/// </remarks>
public static class Adam
{
    /// <summary>One update of <paramref name="w"/>, <paramref name="m"/> and <paramref name="v"/> in place. The decay, if any, is added to the gradient (L2).</summary>
    /// <param name="t">The number of this update, counted from 1.</param>
    public static void Step(double[] w, double[] gradient, double[] m, double[] v, int t, double rate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
    {
        Shape.Require(gradient, w.Length, nameof(gradient));
        for (int i = 0; i < w.Length; i++)
        {
            double g = gradient[i] + weightDecay * w[i];
            m[i] = beta1 * m[i] + (1 - beta1) * g;
            v[i] = beta2 * v[i] + (1 - beta2) * g * g;
            double mhat = m[i] / (1 - Math.Pow(beta1, t));
            double vhat = v[i] / (1 - Math.Pow(beta2, t));
            w[i] -= rate * mhat / (Math.Sqrt(vhat) + epsilon);
        }
    }

    /// <summary>AdamW: <c>w = w - rate decay w</c> first, then Adam without decay. As PyTorch, the decay is multiplied by the rate.</summary>
    public static void DecoupledStep(double[] w, double[] gradient, double[] m, double[] v, int t, double rate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 1e-2)
    {
        for (int i = 0; i < w.Length; i++) w[i] -= rate * weightDecay * w[i];
        Step(w, gradient, m, v, t, rate, beta1, beta2, epsilon);
    }
}
