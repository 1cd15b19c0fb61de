using Evenkeel.Lab.Statistics;

namespace Evenkeel.Lab.Tests.Statistics;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Percentiles_interpolate_between_order_statistics(int count)
    {
        var random = new Random(count);
        var values = Enumerable.Range(0, count).Select(_ => random.NextSingle()).Order().ToArray();
        foreach (var share in (double[])[0, 0.15, 0.5, 0.85, 1])
        {
            // The defining property: a straight line through the points (i / (n - 1), value i).
            var expected = (double)values[^1];
            for (var i = 0; i + 1 < count; i++)
            {
                double left = i / (count - 1.0), right = (i + 1) / (count - 1.0);
                if (share >= left && share < right) expected = values[i] + ((share - left) / (right - left) * ((double)values[i + 1] - values[i]));
            }

            Assert.Equal(expected, Percentiles.OfSorted(values, share), 1e-9);
        }
    }

    [Fact]
    public void A_samples_error_is_its_deviation_over_the_root_of_its_size()
    {
        var sample = Sample.Of([1, 2, 3, 4]);
        Assert.Equal(2.5, sample.Mean);
        Assert.Equal(Math.Sqrt(5.0 / 3), sample.Deviation, 1e-12);
        Assert.Equal(Math.Sqrt(5.0 / 12), sample.Error, 1e-12);
        Assert.Equal(new Sample(1, 3, 0), Sample.Of([3]));
    }

    [Fact]
    public void What_pairs_share_cancels_in_their_differences() =>
        Assert.Equal(new Sample(3, 1, 0), Sample.OfDifferences([101, 51, 2], [100, 50, 1]));

    [Fact]
    public void A_bar_within_two_standard_errors_is_not_decided()
    {
        var sample = new Sample(4, 10, 2);
        Assert.True(sample.IsAtLeast(8));
        Assert.Null(sample.IsAtLeast(8.1));
        Assert.Null(sample.IsAtLeast(12));
        Assert.False(sample.IsAtLeast(12.1));
        Assert.Null(Sample.Of([5]).IsAtLeast(1));
    }
}
