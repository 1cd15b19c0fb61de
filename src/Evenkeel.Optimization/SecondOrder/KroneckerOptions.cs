namespace Evenkeel.Optimization.SecondOrder;

/// <summary>How descent by <see cref="KroneckerFactors"/> steps.</summary>
public sealed record KroneckerOptions
{
    /// <summary>The learning rate, above 0. Default 0.1.</summary>
    /// <exception cref="OptimizationException">EK0801: not a finite number above 0.</exception>
    public double LearningRate
    {
        get;
        init => field = Above("learning rate", value);
    } = 0.1;

    /// <summary>What is kept of the velocity, in [0, 1). Default 0.9.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public double Momentum
    {
        get;
        init => field = Retained("momentum", value);
    } = 0.9;

    /// <summary>What is added to the curvature, above 0. Default 0.01; more makes steps shorter and more like plain descent.</summary>
    /// <exception cref="OptimizationException">EK0801: not a finite number above 0.</exception>
    public double Damping
    {
        get;
        init => field = Above("damping", value);
    } = 0.01;

    /// <summary>What the moments keep of themselves at most, in [0, 1). Default 0.95.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public double Retention
    {
        get;
        init => field = Retained("retention", value);
    } = 0.95;

    /// <summary>How many steps use the same inverses, at least 1. Default 10.</summary>
    /// <exception cref="OptimizationException">EK0801: below 1.</exception>
    public int Period
    {
        get;
        init => field = AtLeastOne("period", value);
    } = 10;

    /// <summary>The longest side of a factor, at least 1; layers with a longer one step plainly. Default 1,024: time grows with its cube.</summary>
    /// <exception cref="OptimizationException">EK0801: below 1.</exception>
    public int LongestSide
    {
        get;
        init => field = AtLeastOne("longest side", value);
    } = 1024;

    private static double Above(string option, double value) => value > 0 && double.IsFinite(value) ? value : throw OptimizationErrors.BadOption(nameof(KroneckerOptions), option, value, "a finite number above 0", "The default is a usual start.");

    private static double Retained(string option, double value) => value is >= 0 and < 1 ? value : throw OptimizationErrors.BadOption(nameof(KroneckerOptions), option, value, "a number in [0, 1)", "0.9 is usual.");

    private static int AtLeastOne(string option, int value) => value >= 1 ? value : throw OptimizationErrors.BadOption(nameof(KroneckerOptions), option, value, "at least 1", "The default is a usual start.");
}
