namespace Evenkeel.Layers.Initializers;

/// <summary>For layers before ReLU: variance <c>2 / inputs</c>, because ReLU halves the second moment.</summary>
/// <remarks>He et al., arXiv 1502.01852, equation 10.</remarks>
public static class He
{
    /// <summary>Normal; the default of Dense layers.</summary>
    public static VarianceScaling Normal { get; } = new(MathF.Sqrt(2), FanMode.In, Spread.Normal);

    /// <summary>Uniform.</summary>
    public static VarianceScaling Uniform { get; } = new(MathF.Sqrt(2), FanMode.In, Spread.Uniform);
}
