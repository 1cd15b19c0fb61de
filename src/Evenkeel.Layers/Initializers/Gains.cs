using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Layers.Initializers;

/// <summary>By how much a weight must be larger than <c>1 / sqrt(inputs)</c> before a nonlinearity, so that signals keep their scale.</summary>
public static class Gains
{
    /// <summary>The gain before the activation called <paramref name="activation"/>.</summary>
    /// <remarks>
    /// <c>1 / sqrt(E[f(z)^2])</c> for standard normal z: sqrt 2 for ReLU (He et al., arXiv 1502.01852), <c>sqrt(2 / (1 + a^2))</c> for leaky ReLU. Where PyTorch's <c>calculate_gain</c>
    /// has another custom it is followed: 1 for <c>identity</c> and <c>sigmoid</c>, 5/3 for <c>tanh</c>, 3/4 for <c>selu</c>.
    /// </remarks>
    /// <exception cref="EvenkeelException">EK0030: no activation has the name.</exception>
    public static float Of(string activation) => activation switch
    {
        "identity" or "sigmoid" => 1,
        "tanh" => 5f / 3,
        "selu" => 0.75f,
        _ => (float)(1 / Math.Sqrt(ActivationTable.Dispatch<SecondMoment, double>(activation, default))),
    };

    /// <summary><c>E[f(z)^2]</c> by the trapezoidal rule, which is exact to many digits where the density has died out at both ends.</summary>
    private readonly struct SecondMoment : IActivationFunction<double>
    {
        private const int Steps = 1 << 14;
        private const double Reach = 8;

        public double Invoke<TActivation>()
            where TActivation : struct, IActivation
        {
            var sum = 0.0;
            for (var i = -Steps; i <= Steps; i++)
            {
                var z = Reach * i / Steps;
                var y = PackWidths.Dispatch<Evaluation<TActivation>, float>(32, new((float)z));
                sum += y * y * Math.Exp(-z * z / 2);
            }

            return sum * (Reach / Steps) / Math.Sqrt(2 * Math.PI);
        }
    }

    private readonly unsafe struct Evaluation<TActivation>(float x) : IPackFunction<float>
        where TActivation : struct, IActivation
    {
        public float Invoke<P>()
            where P : struct, IPack<P>
        {
            float y;
            P.Store(&y, TActivation.Forward(P.Broadcast(x)));
            return y;
        }
    }
}
