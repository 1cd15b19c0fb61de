using Evenkeel.Graph.Models;
using Evenkeel.Optimization.Clipping;

namespace Evenkeel.Optimization.Tests.Clipping;

public sealed class ClippingTests
{
    [Fact]
    public void Clipping_by_norm_shortens_what_is_too_long_and_nothing_else()
    {
        var clip = new ClipByNorm(2);
        Assert.Equal(GradientChange.None, clip.ChangeAt(0));
        Assert.Equal(GradientChange.None, clip.ChangeAt(2));
        Assert.Equal(new GradientChange(0.5f, float.PositiveInfinity), clip.ChangeAt(4));
        Assert.Equal(new GradientChange(2e-9f, float.PositiveInfinity), clip.ChangeAt(1e9));
        Assert.Equal("norm(2)", clip.ToString());
    }

    [Fact]
    public void Clipping_by_value_does_not_look_at_the_norm()
    {
        Assert.Equal(new GradientChange(1, 0.5f), new ClipByValue(0.5f).ChangeAt(0));
        Assert.Equal(new GradientChange(1, 0.5f), new ClipByValue(0.5f).ChangeAt(1e9));
        Assert.Equal("value(0.5)", new ClipByValue(0.5f).ToString());
    }

    [Fact]
    public void Adaptive_clipping_bounds_units_and_nothing_together()
    {
        Assert.Equal(GradientChange.None with { UnitRatio = 0.02f, UnitFloor = 0.01f }, new AdaptiveClip(0.02f, 0.01f).ChangeAt(1e9));
        Assert.Equal("adaptive(0.01, floor 0.001)", new AdaptiveClip().ToString());
        Assert.Equal("EK0801", Assert.Throws<OptimizationException>(() => new AdaptiveClip(0)).Code);
        Assert.Equal("EK0801", Assert.Throws<OptimizationException>(() => new AdaptiveClip(0.01f, float.NaN)).Code);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_bound_that_is_not_above_zero_and_finite_is_refused(float maximum)
    {
        Assert.Equal("EK0801", Assert.Throws<OptimizationException>(() => new ClipByNorm(maximum)).Code);
        Assert.Equal("EK0801", Assert.Throws<OptimizationException>(() => new ClipByValue(maximum)).Code);
    }
}
