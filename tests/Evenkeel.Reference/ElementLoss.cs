namespace Evenkeel.Reference;

/// <summary>A loss of one prediction and one target, and its derivative by the prediction. A further one is one more line in <see cref="All"/>.</summary>
/// <param name="Name">The name that configurations use.</param>
/// <param name="Value"><c>l(x, t)</c>.</param>
/// <param name="Derivative"><c>dl/dx</c>; at a kink the value that frameworks agree on.</param>
/// <param name="Kink">The distance of x from the nearest point where l is not differentiable, for a target t.</param>
public sealed record ElementLoss(string Name, Func<double, double, double> Value, Func<double, double, double> Derivative, Func<double, double, double> Kink)
{
    /// <summary><c>(x - t)^2</c>.</summary>
    public static readonly ElementLoss Squared = new("mean_squared_error", (x, t) => (x - t) * (x - t), (x, t) => 2 * (x - t), (_, _) => double.PositiveInfinity);

    /// <summary><c>|x - t|</c>, PyTorch's <c>L1Loss</c>.</summary>
    public static readonly ElementLoss Absolute = new("mean_absolute_error", (x, t) => Math.Abs(x - t), (x, t) => Math.Sign(x - t), (x, t) => Math.Abs(x - t));

    /// <summary>Huber's loss with delta 1, PyTorch's <c>HuberLoss</c>.</summary>
    public static readonly ElementLoss HuberOne = Huber(1);

    /// <summary><c>-t ln s(x) - (1 - t) ln(1 - s(x))</c>, PyTorch's <c>BCEWithLogitsLoss</c>; written with softplus.</summary>
    public static readonly ElementLoss Logistic = new(
        "binary_cross_entropy", (x, t) => t * Activation.Softplus.Forward(-x) + (1 - t) * Activation.Softplus.Forward(x), (x, t) => Activation.Sigmoid.Forward(x) - t, (_, _) => double.PositiveInfinity);

    /// <summary><c>max(0, 1 - t x)</c>. Cortes and Vapnik, 1995.</summary>
    public static readonly ElementLoss Hinge = new("hinge", (x, t) => Math.Max(0, 1 - t * x), (x, t) => t * x < 1 ? -t : 0, (x, t) => Math.Abs(1 - t * x) / Math.Abs(t));

    /// <summary>Every loss of elements, Huber's with delta 1.</summary>
    public static readonly IReadOnlyList<ElementLoss> All = [Squared, Absolute, HuberOne, Logistic, Hinge];

    /// <summary>The loss of that name.</summary>
    public static ElementLoss Named(string name) => All.Single(l => l.Name == name);

    /// <summary><c>r^2 / 2</c> where <c>|r| &lt;= delta</c>, else <c>delta (|r| - delta / 2)</c>. Huber, 1964.</summary>
    public static ElementLoss Huber(double delta) => new(
        "huber", (x, t) => Math.Abs(x - t) <= delta ? (x - t) * (x - t) / 2 : delta * (Math.Abs(x - t) - delta / 2),
        (x, t) => Math.Clamp(x - t, -delta, delta), (_, _) => double.PositiveInfinity);

    /// <summary>The mean over all elements.</summary>
    public double Loss(double[] x, double[] targets)
    {
        Shape.Require(targets, x.Length, nameof(targets));
        return x.Zip(targets, Value).Average();
    }

    /// <summary>The gradient of the mean.</summary>
    public double[] Gradient(double[] x, double[] targets)
    {
        Shape.Require(targets, x.Length, nameof(targets));
        return [.. x.Zip(targets, (v, t) => Derivative(v, t) / x.Length)];
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
