namespace Evenkeel.Reference;

/// <summary>RMSProp: <c>s = rho s + (1-rho) g^2</c>, <c>v = mu v + g / (sqrt(s - m^2) + eps)</c>, <c>w = w - rate v</c>; m is 0 unless centred.</summary>
/// <remarks>Tieleman and Hinton, 2012; Graves, arXiv 1308.0850; as PyTorch's <c>RMSprop</c>.</remarks>
public static class RmsProp
{
    /// <summary>One update of <paramref name="w"/> and the slots in place.</summary>
    public static void Step(double[] w, double[] gradient, double[] square, double[] velocity, double[] mean, double rate, double retention = 0.99, double momentum = 0, bool centered = false, double epsilon = 1e-8, double weightDecay = 0)
    {
        Shape.Require(gradient, w.Length, nameof(gradient));
        for (int i = 0; i < w.Length; i++)
        {
            double g = gradient[i] + weightDecay * w[i];
            square[i] = retention * square[i] + (1 - retention) * g * g;
            if (centered) mean[i] = retention * mean[i] + (1 - retention) * g;
            velocity[i] = momentum * velocity[i] + g / (Math.Sqrt(Math.Max(0, square[i] - mean[i] * mean[i])) + epsilon);
            w[i] -= rate * velocity[i];
        }
    }
}
