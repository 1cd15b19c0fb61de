namespace Evenkeel.Reference;

/// <summary>NAdam: Adam with Nesterov's look-ahead and the momentum <c>mu_t = b1 (1 - 0.96^(t psi) / 2)</c>.</summary>
/// <remarks>Dozat, 2016; as PyTorch's <c>NAdam</c>: <c>w = w - rate ((1 - mu_t) g / (1 - prod mu_1..t) + mu_(t+1) m / (1 - prod mu_1..t+1)) / (sqrt(v / (1 - b2^t)) + eps)</c>.</remarks>
public static class NAdam
{
    /// <summary>One update of <paramref name="w"/> and the slots in place; t counts from 1.</summary>
    public static void Step(double[] w, double[] gradient, double[] m, double[] v, int t, double rate = 2e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double momentumDecay = 4e-3, double weightDecay = 0)
    {
        double product = 1;
        for (int s = 1; s <= t; s++) product *= Momentum(s);
        for (int i = 0; i < w.Length; i++)
        {
            double g = gradient[i] + weightDecay * w[i];
            m[i] = beta1 * m[i] + (1 - beta1) * g;
            v[i] = beta2 * v[i] + (1 - beta2) * g * g;
            double ahead = (1 - Momentum(t)) * g / (1 - product) + Momentum(t + 1) * m[i] / (1 - product * Momentum(t + 1));
            w[i] -= rate * ahead / (Math.Sqrt(v[i] / (1 - Math.Pow(beta2, t))) + epsilon);
        }

        double Momentum(int s) => beta1 * (1 - 0.5 * Math.Pow(0.96, s * momentumDecay));
    }
}
