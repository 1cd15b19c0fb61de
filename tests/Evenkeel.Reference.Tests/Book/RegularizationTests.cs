using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Book;

public sealed class RegularizationTests
{
    [Fact]
    public void The_subgradient_of_the_l1_penalty_is_its_slope_and_zero_at_zero()
    {
        var w = Expect.Widen(new SeededRandom(1).Floats(20));
        var gradient = Reference.Regularization.L1Gradient(w, 0.3);
        for (var i = 0; i < w.Length; i++)
        {
            double[] above = [.. w], below = [.. w];
            (above[i], below[i]) = (w[i] + 1e-6, w[i] - 1e-6);
            Assert.True(Math.Abs(w[i]) > 1e-5);
            Assert.Equal((Reference.Regularization.L1(above, 0.3) - Reference.Regularization.L1(below, 0.3)) / 2e-6, gradient[i], 1e-8);
        }

        Assert.Equal([0.0, 0.3, -0.3], Reference.Regularization.L1Gradient([0, 2, -1e-30], 0.3));
    }

    [Fact]
    public void Columns_that_are_too_long_get_the_greatest_length_and_keep_their_direction()
    {
        Assert.Equal([0.6, 1, 0.8, 0], Reference.Regularization.MaximumNorm([3, 1, 4, 0], 2, 1).Select(static value => Math.Round(value, 12)));
    }
}
