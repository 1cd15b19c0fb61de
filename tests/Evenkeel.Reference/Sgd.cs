namespace Evenkeel.Reference;

/// <summary>Stochastic gradient descent with momentum, Nesterov's look-ahead and coupled weight decay, in PyTorch's convention (dampening 0).</summary>
/// <remarks>
/// <c>g = g + decay w</c>; <c>v = momentum v + g</c>; the step is <c>v</c>, or <c>g + momentum v</c> with Nesterov; <c>w = w - rate step</c>.
/// Polyak, 1964; Sutskever et al., 2013. The learning rate is outside the velocity, so a change of rate acts at once.
/// </remarks>
public static class Sgd
{
    /// <summary>One update of <paramref name="w"/> and <paramref name="velocity"/> in place. Plain descent is momentum 0.</summary>
    public static void Step(double[] w, double[] gradient, double[] velocity, double rate, double momentum = 0, bool nesterov = false, double weightDecay = 0)
    {
        Shape.Require(gradient, w.Length, nameof(gradient));
        Shape.Require(velocity, w.Length, nameof(velocity));
        for (int i = 0; i < w.Length; i++)
        {
            double g = gradient[i] + weightDecay * w[i];
            velocity[i] = momentum * velocity[i] + g;
            w[i] -= rate * (nesterov ? g + momentum * velocity[i] : velocity[i]);
        }
    }
}
