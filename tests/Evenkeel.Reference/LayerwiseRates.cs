namespace Evenkeel.Reference;

/// <summary>LARS and LAMB: updates whose rate is scaled by the norms of one tensor, here all of <c>w</c>.</summary>
public static class LayerwiseRates
{
    /// <summary>LARS, You et al., arXiv 1708.03888, Algorithm 1: <c>v = mu v + rate trust |w| / (|g| + decay |w|) (g + decay w)</c>, <c>w = w - v</c>. Not scaled where asked, or where a norm is 0.</summary>
    public static void Lars(double[] w, double[] gradient, double[] velocity, double rate, double momentum = 0.9, double trust = 1e-3, double weightDecay = 0, bool scaled = true)
    {
        double weight = Norm(w), slope = Norm(gradient);
        double local = scaled && weight > 0 && slope > 0 ? trust * weight / (slope + weightDecay * weight) : 1;
        for (int i = 0; i < w.Length; i++)
        {
            velocity[i] = momentum * velocity[i] + rate * local * (gradient[i] + weightDecay * w[i]);
            w[i] -= velocity[i];
        }
    }

    /// <summary>LAMB, You et al., arXiv 1904.00962, Algorithm 2: <c>w = w - rate |w| / |r| r</c> with <c>r = mhat / (sqrt vhat + eps) + decay w</c>. Not scaled where asked, or where a norm is 0.</summary>
    public static void Lamb(double[] w, double[] gradient, double[] m, double[] v, int t, double rate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-6, double weightDecay = 0, bool scaled = true)
    {
        double[] r = new double[w.Length];
        for (int i = 0; i < w.Length; i++)
        {
            m[i] = beta1 * m[i] + (1 - beta1) * gradient[i];
            v[i] = beta2 * v[i] + (1 - beta2) * gradient[i] * gradient[i];
            r[i] = m[i] / (1 - Math.Pow(beta1, t)) / (Math.Sqrt(v[i] / (1 - Math.Pow(beta2, t))) + epsilon) + weightDecay * w[i];
        }
        double weight = Norm(w), direction = Norm(r), local = scaled && weight > 0 && direction > 0 ? weight / direction : 1;
        for (int i = 0; i < w.Length; i++) w[i] -= rate * local * r[i];
    }

    private static double Norm(double[] x) => Math.Sqrt(x.Sum(v => v * v));
}
