using System.Globalization;
using Evenkeel.Reports.Charts;

namespace Evenkeel.Reports.Tests.Charts;

public sealed class AxisTicksTests
{
    /// <summary>Ticks are the doubles nearest to decimal numbers; dividing two of them rounds a few times.</summary>
    private const double Rounding = 1e-6;

    public static TheoryData<double, double, int> Ranges()
    {
        var data = new TheoryData<double, double, int>
        {
            { 0, 1, 5 }, { 0, 0, 5 }, { 3, 3, 5 }, { -7, -7, 3 }, { 0.7, 1, 6 }, { -1, 8, 4 }, { 1e-300, 2e-300, 4 }, { -1e300, 1e300, 5 },
            { 1e15, 1e15 + 1, 5 }, { 0.1, 0.3, 2 }, { -0.3, 0.3, 6 }, { 99.999999, 100.000001, 4 }, { 0, 50_000, 8 }, { 0, 1, 1 },
        };
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var scale = Math.Pow(10, random.Next(-12, 13));
            var (a, b) = ((random.NextDouble() - 0.5) * scale, (random.NextDouble() - 0.5) * scale);
            data.Add(Math.Min(a, b), Math.Max(a, b), random.Next(1, 13));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Covering_ticks_are_round_equidistant_few_and_reach_around_the_range(double minimum, double maximum, int target)
    {
        var ticks = AxisTicks.Covering(minimum, maximum, target);
        Assert.True(ticks[0] <= minimum && ticks[^1] >= maximum);
        Assert.InRange(ticks.Length, 2, (int)(target / 0.7) + 4);
        AssertRound(ticks);

        // No more than one step too far at either end, where the range has a width of its own.
        var step = ticks[1] - ticks[0];
        if (maximum - minimum > 1e-8 * Math.Max(Math.Abs(minimum), Math.Abs(maximum)))
        {
            Assert.True(ticks[0] > minimum - step * (1 + Rounding) && ticks[^1] < maximum + step * (1 + Rounding));
        }
    }

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Ticks_within_a_range_are_round_and_stay_inside(double minimum, double maximum, int target)
    {
        if (maximum - minimum <= 1e-8 * Math.Max(Math.Abs(minimum), Math.Abs(maximum))) return; // no room for round numbers
        var ticks = AxisTicks.Within(minimum, maximum, target);
        Assert.All(ticks, tick => Assert.InRange(tick, minimum, maximum));
        if (ticks.Length > 2) AssertRound(ticks);
    }

    [Theory]
    [InlineData(1, 10, 5, "1 2 5 10")]
    [InlineData(1, 1, 5, "1 2")]
    [InlineData(0.3, 0.9, 5, "0.2 0.5 1")]
    [InlineData(0.01, 90, 5, "0.01 0.1 1 10 100")]
    [InlineData(1e-9, 1e9, 4, "1E-10 1E-05 1 100000 10000000000")]
    [InlineData(1e-5, 1, 6, "1E-05 0.0001 0.001 0.01 0.1 1")]
    public void Logarithmic_ticks_are_powers_of_ten_or_2_and_5_times_them(double minimum, double maximum, int target, string expected) =>
        Assert.Equal(expected, string.Join(' ', AxisTicks.Logarithmic(minimum, maximum, target).Select(t => t.ToString(CultureInfo.InvariantCulture))));

    [Fact]
    public void Logarithmic_ticks_reach_around_the_range()
    {
        var random = new Random(3);
        for (var i = 0; i < 1000; i++)
        {
            var (a, b) = (Math.Pow(10, random.NextDouble() * 40 - 20), Math.Pow(10, random.NextDouble() * 40 - 20));
            var target = random.Next(1, 12);
            var ticks = AxisTicks.Logarithmic(Math.Min(a, b), Math.Max(a, b), target);
            Assert.True(ticks[0] <= Math.Min(a, b) && ticks[^1] >= Math.Max(a, b));
            Assert.InRange(ticks.Length, 2, Math.Max(8, target + 2));
            Assert.Equal(ticks.Order().Distinct(), ticks);
        }
    }

    [Fact]
    public void Ticks_are_the_doubles_that_their_decimal_text_means() =>
        Assert.Equal([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7], AxisTicks.Covering(0, 0.7, 7));

    [Theory]
    [InlineData(double.NaN, 1, 5)]
    [InlineData(0, double.PositiveInfinity, 5)]
    [InlineData(2, 1, 5)]
    public void A_range_that_is_none_is_refused(double minimum, double maximum, int target) =>
        Assert.Throws<ArgumentException>(() => AxisTicks.Covering(minimum, maximum, target));

    private static void AssertRound(double[] ticks)
    {
        var step = ticks[1] - ticks[0];
        for (var i = 1; i < ticks.Length; i++) Assert.InRange((ticks[i] - ticks[i - 1]) / step, 1 - Rounding, 1 + Rounding);
        var mantissa = step / Math.Pow(10, Math.Floor(Math.Log10(step * (1 + Rounding))));
        Assert.Contains(new[] { 1.0, 2.0, 5.0 }, round => Math.Abs(mantissa / round - 1) < Rounding);
        Assert.All(ticks, tick => Assert.InRange(Math.Abs(tick / step - Math.Round(tick / step)), 0, Rounding * Math.Max(1, Math.Abs(tick / step))));
    }
}
