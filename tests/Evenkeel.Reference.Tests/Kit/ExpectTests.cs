using Evenkeel.TestKit;
using Xunit.Sdk;

namespace Evenkeel.Reference.Tests.Kit;

public class ExpectTests
{
    private static readonly Tolerance Tenth = new(0, 0.1, "a tenth");

    [Fact]
    public void A_failure_names_the_worst_value_and_what_was_allowed()
    {
        XunitException error = Assert.Throws<XunitException>(() => Expect.Close([1.0, 10.0, -2.0], [1.5, 13.0, -2.0], Tenth, "loss"));
        Assert.Equal("[loss] 1 of 3 values are off. Worst at index 1: expected 10, got 13; off by 3, allowed 1 = 0 + 0.1 * scale 10 (a tenth).", error.Message);
    }

    [Fact]
    public void The_scale_is_the_largest_value_or_each_value_or_as_given()
    {
        double[] expected = [1, 10], actual = [1.5, 10];
        Expect.Close(expected, actual, Tenth);
        Assert.Throws<XunitException>(() => Expect.CloseEach(expected, actual, Tenth));
        Expect.CloseScaled(expected, actual, Tenth, [5.0, 1.0]);
        Assert.Throws<XunitException>(() => Expect.CloseScaled(expected, actual, Tenth, [4.9, 1.0]));
    }

    [Theory]
    [InlineData(double.NaN, 1.0)]
    [InlineData(1.0, double.NaN)]
    [InlineData(double.PositiveInfinity, double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity, 1.0)]
    [InlineData(1.0, double.PositiveInfinity)]
    public void Not_a_number_and_infinity_equal_only_themselves(double expected, double actual)
    {
        Tolerance generous = new(1e300, 1, "anything finite");
        Assert.Throws<XunitException>(() => Expect.CloseEach([expected], (double[])[actual], generous));
        Assert.Throws<XunitException>(() => Expect.Close([expected, 1], (double[])[actual, 1], generous));
        Expect.Close([expected], (double[])[expected], Tolerances.Exact);
        Expect.Close([actual], (double[])[actual], Tolerances.Exact);
    }

    [Fact]
    public void Lengths_must_agree() => Assert.Throws<XunitException>(() => Expect.Close([1.0], (float[])[1f, 2f], Tenth));

    [Fact]
    public void The_same_bits_tell_the_zeros_apart()
    {
        float[] values = [0f, float.NaN];
        Expect.SameBits(values, (float[])[.. values]);
        XunitException error = Assert.Throws<XunitException>(() => Expect.SameBits<float>([1f, 0f], (float[])[1f, -0f], "weights"));
        Assert.Equal("[weights] value 1 of 2 has other bits: expected 0, got -0.", error.Message);
    }
}
