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

    /// <summary>Every activation by order of name.</summary>
    public static readonly IReadOnlyList<Activation> All = [Identity, Relu, Sigmoid, Tanh];

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

    private static double SigmoidOf(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        return x >= 0 ? 1 / (1 + e) : e / (1 + e);
    }
}
