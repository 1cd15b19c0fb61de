using Evenkeel.Lab.Experiments;
using Evenkeel.Lab.Statistics;

namespace Evenkeel.Lab.Tests.Experiments;

public sealed class JudgeTests
{
    [Theory]
    [InlineData(300.0, 100.0, true)]
    [InlineData(140.0, 100.0, false)]
    [InlineData(null, 100.0, true)]
    [InlineData(null, 900.0, null)]
    [InlineData(300.0, null, false)]
    [InlineData(null, null, null)]
    public void A_ratio_of_steps_knows_what_a_run_that_never_arrives_can_tell(double? slow, double? fast, bool? holds) =>
        Assert.Equal(holds, Judge.Ratio("steps", slow, fast, limit: 1000, bar: 1.5).Holds);

    [Fact]
    public void Clearly_wants_two_standard_errors_on_either_side()
    {
        var sample = Sample.Of([0.9, 1.0, 1.1]);
        Assert.True(Judge.ClearlyAtLeast("x", sample, 0.5).Holds);
        Assert.False(Judge.ClearlyAtLeast("x", sample, 1.5).Holds);
        Assert.Null(Judge.ClearlyAtLeast("x", sample, 1.05).Holds);
        Assert.True(Judge.ClearlyAtMost("x", sample, 1.5).Holds);
        Assert.False(Judge.ClearlyAtMost("x", sample, 0.5).Holds);
    }

    [Theory]
    [InlineData(12.3456, "12.35")]
    [InlineData(1e-6, "1e-6")]
    [InlineData(-2.5e-12, "-2.5e-12")]
    [InlineData(3e7, "3e7")]
    [InlineData(double.NaN, "-")]
    [InlineData(double.NegativeInfinity, "not finite")]
    public void Powers_of_ten_are_written_as_in_the_criteria(double value, string text) => Assert.Equal(text, Judge.Number(value));

    [Fact]
    public void The_spread_stands_beside_the_mean()
    {
        Assert.Equal("1 ± 0.1155", Judge.WithSpread(Sample.Of([0.9, 1.0, 1.1])));
        Assert.Equal("-", Judge.WithSpread(Sample.Of([double.NaN, 1])));
    }
}
