using Evenkeel.Lab.Trials;

namespace Evenkeel.Lab.Tests.Trials;

public sealed class UnitDriftTests
{
    [Fact]
    public void Units_are_followed_by_column()
    {
        var drift = new UnitDrift(3);
        drift.Add(1, [0, 10, 5, 1, 20, 5, 2, 30, 5], 3);
        drift.Add(7, [1, 10, 9, 2, 21, 9, 3, 32, 9], 3);
        var series = new Dictionary<string, double[]>();
        drift.AddTo(series);
        Assert.Equal([1.0, 7.0], series["probe_step"]);
        Assert.Equal([1.0, 1.0, 4.0], series["median_range"]);
        Near([1.4, 14, 0], series["spread_first"]);
        Near([1.4, 15.4, 0], series["spread_last"]);
        Near([1.4, 15.4, 0], series["spread_most"]);
        Near([1.4, 14, 0], series["spread_least"]);

        // Ranges 1, 1, 4: the median one belongs to the second unit.
        Assert.Equal([1.0], series["typical_unit"]);
        Assert.Equal([20.0, 21.0], series["typical_p50"]);
        Near([13, 13.3], series["typical_p15"]);
        Near([27, 28.7], series["typical_p85"]);
    }

    private static void Near(double[] expected, double[] actual) => Assert.All(expected.Zip(actual), static pair => Assert.Equal(pair.First, pair.Second, 1e-5));
}
