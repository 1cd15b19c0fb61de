namespace Evenkeel.Layers.Initializers;

/// <summary>For layers before ReLU: variance <c>2 / inputs</c>, because ReLU halves the second moment.</summary>
/// <remarks>He et al., arXiv 1502.01852, equation 10.</remarks>
public static class He
{
    /// <summary>Normal; the default of Dense layers.</summary>
    public static VarianceScaling Normal { get; } = new(MathF.Sqrt(2), FanMode.In, Spread.Normal);

    /// <summary>Normal over the outputs, <c>2 / (places outputs)</c>: keeps the scale of gradients on their way back (equation 14); the default of convolutions.</summary>
    public static VarianceScaling NormalFanOut { get; } = new(MathF.Sqrt(2), FanMode.Out, Spread.Normal);

    /// <summary>Uniform.</summary>
    public static VarianceScaling Uniform { get; } = new(MathF.Sqrt(2), FanMode.In, Spread.Uniform);

    /// <summary>Uniform over the outputs.</summary>
    public static VarianceScaling UniformFanOut { get; } = new(MathF.Sqrt(2), FanMode.Out, Spread.Uniform);
}
