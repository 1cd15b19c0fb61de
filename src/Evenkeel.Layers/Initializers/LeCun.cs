namespace Evenkeel.Layers.Initializers;

/// <summary>For linear layers: variance <c>1 / inputs</c>.</summary>
/// <remarks>LeCun, Bottou, Orr and Mueller 1998, "Efficient BackProp", section 4.6.</remarks>
public static class LeCun
{
    /// <summary>Normal.</summary>
    public static VarianceScaling Normal { get; } = new(1, FanMode.In, Spread.Normal);

    /// <summary>Uniform.</summary>
    public static VarianceScaling Uniform { get; } = new(1, FanMode.In, Spread.Uniform);
}
