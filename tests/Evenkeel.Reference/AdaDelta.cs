namespace Evenkeel.Reference;

/// <summary>AdaDelta: <c>s = rho s + (1-rho) g^2</c>, <c>d = g sqrt(u + eps) / sqrt(s + eps)</c>, <c>u = rho u + (1-rho) d^2</c>, <c>w = w - rate d</c>.</summary>
/// <remarks>Zeiler, arXiv 1212.5701, Algorithm 1; as PyTorch's <c>Adadelta</c>.</remarks>
public static class AdaDelta
{
    /// <summary>One update of <paramref name="w"/> and the slots in place.</summary>
    public static void Step(double[] w, double[] gradient, double[] square, double[] steps, double rate = 1, double retention = 0.9, double epsilon = 1e-6, double weightDecay = 0)
    {
        Shape.Require(gradient, w.Length, nameof(gradient));
        for (int i = 0; i < w.Length; i++)
        {
            double g = gradient[i] + weightDecay * w[i];
            square[i] = retention * square[i] + (1 - retention) * g * g;
            double d = g * Math.Sqrt(steps[i] + epsilon) / Math.Sqrt(square[i] + epsilon);
            steps[i] = retention * steps[i] + (1 - retention) * d * d;
            w[i] -= rate * d;
        }
    }
}
