using Evenkeel.Lab.Statistics;

namespace Evenkeel.Lab.Tests.Statistics;

public sealed class NumericsTests
{
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.8413447460685429)]
    [InlineData(-1.959963984540054, 0.025)]
    [InlineData(4, 0.9999683287581669)]
    public void The_normal_distribution_is_that_of_the_tables(double value, double below) => Assert.Equal(below, Gaussian.Below(value), 2e-7);

    [Fact]
    public void A_slope_is_that_of_the_line() => Assert.Equal(-1.5, Lines.Slope([0, 1, 3], [2, 0.5, -2.5]), 1e-12);

    [Theory]
    [InlineData(1, 1.0, 2.0, 8.0, 9.0)]
    [InlineData(-1, 9.0, 8.0, 2.0, 1.0)]
    [InlineData(0.8, 1.0, 3.0, 2.0, 4.0)]
    public void Spearmans_correlation_is_that_of_the_ranks(double expected, params double[] y) => Assert.Equal(expected, Lines.Spearman([10, 20, 30, 400], y), 1e-12);

    [Fact]
    public void Equal_numbers_share_a_rank_and_a_constant_has_no_correlation()
    {
        Assert.Equal(1, Lines.Spearman([1, 1, 2], [5, 5, 7]), 1e-12);
        Assert.True(double.IsNaN(Lines.Spearman([1, 2, 3], [4, 4, 4])));
    }

    [Fact]
    public void A_system_with_a_zero_pivot_is_solved()
    {
        var x = LinearAlgebra.Solve(new double[,] { { 0, 2, 1 }, { 1, 0, 0 }, { 3, 0, 1 } }, [7, 1, 6]);
        Assert.Equal([1.0, 2.0, 3.0], x.Select(static value => Math.Round(value, 12)));
    }

    [Theory]
    [InlineData(0, 0, 0, 0, 0)]
    [InlineData(1, 1, 2, 2, 4)]
    [InlineData(2, 0, 1, 1, 0)]
    public void A_rank_counts_independent_rows(int rank, double a, double b, double c, double d) => Assert.Equal(rank, LinearAlgebra.Rank(new[,] { { a, b }, { c, d } }, 1e-12));
}
