namespace Evenkeel.Reference;

/// <summary>AdaGrad: <c>G = G + g^2</c>, <c>w = w - rate g / (sqrt G + eps)</c>.</summary>
/// <remarks>Duchi, Hazan and Singer, JMLR 12 (2011); as PyTorch's <c>Adagrad</c> without rate decay.</remarks>
public static class AdaGrad
{
    /// <summary>One update of <paramref name="w"/> and the slots in place.</summary>
    public static void Step(double[] w, double[] gradient, double[] sum, double rate, double epsilon = 1e-10, double weightDecay = 0)
    {
        Shape.Require(gradient, w.Length, nameof(gradient));
        for (int i = 0; i < w.Length; i++)
        {
            double g = gradient[i] + weightDecay * w[i];
            sum[i] += g * g;
            w[i] -= rate * g / (Math.Sqrt(sum[i]) + epsilon);
        }
    }
}
