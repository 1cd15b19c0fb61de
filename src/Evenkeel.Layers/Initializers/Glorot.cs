namespace Evenkeel.Layers.Initializers;

/// <summary>For layers before tanh and sigmoids: variance <c>2 / (inputs + outputs)</c>, a compromise between signals and gradients.</summary>
/// <remarks>Glorot and Bengio, AISTATS 2010, equations 12 and 16.</remarks>
public static class Glorot
{
    /// <summary>Normal.</summary>
    public static VarianceScaling Normal { get; } = new(1, FanMode.Average, Spread.Normal);

    /// <summary>Uniform.</summary>
    public static VarianceScaling Uniform { get; } = new(1, FanMode.Average, Spread.Uniform);
}
