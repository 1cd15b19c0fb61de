namespace Evenkeel.Reference;

/// <summary>An activation and its derivative, both as functions of the input. A further one is one more line in <see cref="All"/>.</summary>
/// <param name="Name">The name that command line and checkpoints use.</param>
/// <param name="Forward"><c>f(x)</c>.</param>
/// <param name="Derivative"><c>f'(x)</c>; at a kink the value that frameworks agree on (zero for ReLU at 0).</param>
/// <param name="Kinks">Where f is not differentiable: differences across these points prove nothing.</param>
public sealed record Activation(string Name, Func<double, double> Forward, Func<double, double> Derivative, params double[] Kinks)
{
    /// <summary><c>1 / (1 + exp(-x))</c>, <c>s (1 - s)</c>; written with <c>exp(-|x|)</c> so that neither tail loses its digits.</summary>
    public static readonly Activation Sigmoid = new("sigmoid", SigmoidOf, x => SigmoidOf(x) * SigmoidOf(-x));

    /// <summary><c>tanh x</c>, <c>1 - tanh^2 x</c>; the derivative as <c>4 s(2x) s(-2x)</c>, which keeps its digits far out.</summary>
    public static readonly Activation Tanh = new("tanh", Math.Tanh, x => 4 * SigmoidOf(2 * x) * SigmoidOf(-2 * x));

    /// <summary><c>max(0, x)</c>, <c>1 if x &gt; 0 else 0</c>; NaN stays NaN. Nair and Hinton, 2010.</summary>
    public static readonly Activation Relu = new("relu", x => double.IsNaN(x) ? x : Math.Max(0, x), x => double.IsNaN(x) ? x : x > 0 ? 1 : 0, 0.0);

    /// <summary><c>x</c>, 1: what a fused kernel without an activation does.</summary>
    public static readonly Activation Identity = new("identity", x => x, _ => 1);

    /// <summary><c>x</c> or <c>e^x - 1</c>. Clevert et al., 2015, with alpha 1.</summary>
    public static readonly Activation Elu = new("elu", x => x > 0 ? x : ExpMinusOne(x), x => x > 0 ? 1 : Math.Exp(x));

    /// <summary><c>x Phi(x)</c>, <c>Phi(x) + x phi(x)</c>. Hendrycks and Gimpel, 2016.</summary>
    public static readonly Activation Gelu = new("gelu", x => double.IsNegativeInfinity(x) ? 0 : x * NormalDistribution.Cumulative(x), x => double.IsInfinity(x) ? (x > 0 ? 1 : 0) : NormalDistribution.Cumulative(x) + (x * NormalDistribution.Density(x)));

    /// <summary><c>clip(x + 3, 0, 6) / 6</c>. Howard et al., 2019.</summary>
    public static readonly Activation HardSigmoid = new("hard_sigmoid", x => Clip(x + 3, 0, 6) / 6, x => x > -3 && x < 3 ? 1.0 / 6 : 0, -3, 3);

    /// <summary><c>x clip(x + 3, 0, 6) / 6</c>. Howard et al., 2019.</summary>
    public static readonly Activation HardSwish = new("hard_swish", x => x <= -3 ? 0 : x * Clip(x + 3, 0, 6) / 6, x => x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6, -3, 3);

    /// <summary><c>clip(x, -1, 1)</c>.</summary>
    public static readonly Activation HardTanh = new("hard_tanh", x => Clip(x, -1, 1), x => x > -1 && x < 1 ? 1 : 0, -1, 1);

    /// <summary><c>x if x &gt; 0 else 0.01 x</c>. Maas et al., 2013.</summary>
    public static readonly Activation LeakyRelu = new("leaky_relu", x => x > 0 ? x : 0.01 * x, x => x > 0 ? 1 : 0.01, 0.0);

    /// <summary><c>x tanh(ln(1 + e^x))</c>, derivative by the product rule. Misra, 2019.</summary>
    public static readonly Activation Mish = new("mish", x => x * TanhOfSoftplus(x), x => TanhOfSoftplus(x) + x * (1 - TanhOfSoftplus(x) * TanhOfSoftplus(x)) * SigmoidOf(x));

    /// <summary><c>clip(x, 0, 6)</c>. Krizhevsky, 2010.</summary>
    public static readonly Activation Relu6 = new("relu6", x => Clip(x, 0, 6), x => x > 0 && x < 6 ? 1 : 0, 0, 6);

    /// <summary><c>s x</c> or <c>s a (e^x - 1)</c> with the constants of Klambauer et al., 2017.</summary>
    public static readonly Activation Selu = new("selu", x => SeluScale * (x > 0 ? x : SeluAlpha * ExpMinusOne(x)), x => SeluScale * (x > 0 ? 1 : SeluAlpha * Math.Exp(x)), 0.0);

    /// <summary><c>x s(x)</c>, <c>s(x) + x s(x) s(-x)</c>. Elfwing et al., 2017.</summary>
    public static readonly Activation Silu = new("silu", x => x * SigmoidOf(x), x => SigmoidOf(x) + x * SigmoidOf(x) * SigmoidOf(-x));

    /// <summary><c>ln(1 + e^x)</c>, <c>s(x)</c>; written with <c>exp(-|x|)</c>. Dugas et al., 2000.</summary>
    public static readonly Activation Softplus = new("softplus", x => SoftplusOf(x), SigmoidOf);

    /// <summary><c>x / (1 + |x|)</c>, <c>1 / (1 + |x|)^2</c>. Glorot and Bengio, 2010.</summary>
    public static readonly Activation Softsign = new("softsign", x => x / (1 + Math.Abs(x)), x => 1 / ((1 + Math.Abs(x)) * (1 + Math.Abs(x))), 0.0);

    /// <summary>Every activation by order of name.</summary>
    public static readonly IReadOnlyList<Activation> All =
        [Elu, Gelu, HardSigmoid, HardSwish, HardTanh, Identity, LeakyRelu, Mish, Relu, Relu6, Selu, Sigmoid, Silu, Softplus, Softsign, Tanh];

    /// <summary>The activation of that name.</summary>
    public static Activation Named(string name) => All.Single(a => a.Name == name);

    /// <summary><c>f</c> of every value.</summary>
    public double[] Apply(double[] x) => Array.ConvertAll(x, v => Forward(v));

    /// <summary><c>dx = dy f'(x)</c>.</summary>
    public double[] Backward(double[] dy, double[] x)
    {
        Shape.Require(dy, x.Length, nameof(dy));
        return [.. dy.Select((d, i) => d * Derivative(x[i]))];
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private const double SeluScale = 1.0507009873554804934193349852946, SeluAlpha = 1.6732632423543772848170429916717;

    private static double Clip(double x, double low, double high) => double.IsNaN(x) ? x : Math.Min(high, Math.Max(low, x));

    /// <summary><c>e^x - 1</c> as <c>2 e^(x/2) sinh(x/2)</c>, which keeps the digits near 0.</summary>
    private static double ExpMinusOne(double x) => x < -700 ? -1 : 2 * Math.Exp(x / 2) * Math.Sinh(x / 2);

    private static double LogOnePlus(double x)
    {
        // The rounding of 1 + x is divided out (Kahan).
        double sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * (x / (sum - 1));
    }

    private static double SoftplusOf(double x) => Math.Max(0, x) + LogOnePlus(Math.Exp(-Math.Abs(x)));

    private static double TanhOfSoftplus(double x) => Math.Tanh(SoftplusOf(x));

    private static double SigmoidOf(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        return x >= 0 ? 1 / (1 + e) : e / (1 + e);
    }
}
