namespace Evenkeel.Reference;

/// <summary>AMSGrad: Adam that divides by the largest mean square so far.</summary>
/// <remarks>Reddi, Kale and Kumar, ICLR 2018; with bias corrections as PyTorch's <c>Adam(amsgrad=True)</c>.</remarks>
public static class AmsGrad
{
    /// <summary>One update of <paramref name="w"/> and the slots in place.</summary>
    public static void Step(double[] w, double[] gradient, double[] m, double[] v, double[] largest, int t, double rate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
    {
        Shape.Require(gradient, w.Length, nameof(gradient));
        for (int i = 0; i < w.Length; i++)
        {
            double g = gradient[i] + weightDecay * w[i];
            m[i] = beta1 * m[i] + (1 - beta1) * g;
            v[i] = beta2 * v[i] + (1 - beta2) * g * g;
            largest[i] = Math.Max(largest[i], v[i]);
            w[i] -= rate * m[i] / (1 - Math.Pow(beta1, t)) / (Math.Sqrt(largest[i] / (1 - Math.Pow(beta2, t))) + epsilon);
        }
    }
}
