using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Book;

public class StatisticsTests
{
    private const int Channels = 2;

    private static double[] Batch(ulong seed, int rows = 5) => new SeededRandom(seed).Normals(rows * Channels, mean: 2, deviation: 3);

    [Fact]
    public void Algorithm_2_averages_means_and_unbiased_variances()
    {
        // Batches 1, 3 and 5, 9 of one channel: means 2 and 7, population variances 1 and 4; E = 4.5, Var = 2/1 * 2.5.
        (double[] mean, double[] variance) = PopulationStatistics.Algorithm2([[1, 3], [5, 9]], 1);
        Assert.Equal([4.5], mean);
        Assert.Equal([5.0], variance);
        Assert.Throws<ArgumentException>(() => PopulationStatistics.Algorithm2([[1.0], [2.0]], 1));
        Assert.Throws<ArgumentException>(() => PopulationStatistics.Algorithm2([[1.0, 2.0], [2.0, 3.0, 4.0]], 1));
    }

    [Fact]
    public void The_pooled_variance_is_the_mean_variance_and_the_variance_of_the_means()
    {
        double[][] batches = [Batch(1), Batch(2), Batch(3)];
        Moments pooled = PopulationStatistics.Pooled(batches, Channels);
        Moments[] each = [.. batches.Select(b => BatchNorm.Moments(b, Channels))];
        for (int c = 0; c < Channels; c++)
        {
            double mean = each.Average(m => m.Mean[c]);
            Expect.Close(mean, pooled.Mean[c], Tolerances.DoubleFormula);
            Expect.Close(each.Average(m => m.Variance[c] + m.Mean[c] * m.Mean[c]) - mean * mean, pooled.Variance[c], Tolerances.DoubleFormula);
        }
    }

    [Fact]
    public void The_affine_map_and_its_fold_into_the_product_equal_normalisation_by_given_statistics()
    {
        const int n = 4, inputs = 3, outputs = 2;
        SeededRandom random = new(6);
        double[] x = random.Normals(n * inputs), w = random.Normals(inputs * outputs), b = random.Normals(outputs);
        double[] mean = random.Normals(outputs), variance = [0.5, 3], gamma = [2, -1], beta = [0.3, 0.7];
        double[] expected = BatchNorm.ForwardWith(mean, variance, MatrixProduct.Multiply(x, w, n, outputs, inputs, bias: b), outputs, gamma, beta, 1e-5).Y;
        (double[] scale, double[] shift) = PopulationStatistics.Affine(mean, variance, gamma, beta, 1e-5);
        (double[] folded, double[] foldedBias) = PopulationStatistics.Fold(w, b, scale, shift);
        Expect.Close(expected, MatrixProduct.Multiply(x, folded, n, outputs, inputs, bias: foldedBias), Tolerances.DoubleFormula);
        (double[] _, double[] withoutBias) = PopulationStatistics.Fold(w, null, scale, shift);
        Assert.Equal(shift, withoutBias);
    }

    [Fact]
    public void The_conventions_name_the_same_rate_from_either_side()
    {
        Assert.Equal([0.9 * 2 + 0.1 * 5], RunningAverage.PyTorch([2], [5], 0.1));
        Expect.Close([0.99 * 2 + 0.01 * 5], RunningAverage.Keras([2], [5], 0.99), Tolerances.DoubleFormula);
        // One convention's number in the other's place is the classical mistake: it must not go unseen.
        Assert.NotEqual(RunningAverage.PyTorch([2], [5], 0.9), RunningAverage.Keras([2], [5], 0.9));
    }

    [Fact]
    public void A_half_life_halves_the_past_and_the_cumulative_rate_gives_the_plain_mean()
    {
        double[] value = [1];
        for (int t = 0; t < 20; t++) value = RunningAverage.PyTorch(value, [0], RunningAverage.RateOfHalfLife(20));
        Expect.Close(0.5, value[0], Tolerances.DoubleFormula);
        double[] mean = [123];
        for (int t = 1; t <= 4; t++) mean = RunningAverage.PyTorch(mean, [t * t], RunningAverage.RateOfCumulative(t));
        Expect.Close(7.5, mean[0], Tolerances.DoubleFormula);
    }

    [Fact]
    public void A_corrected_average_is_right_from_the_first_update()
    {
        CorrectedAverage average = CorrectedAverage.Empty(1).Update([7], 0.01);
        Expect.Close(7, average.Value[0], Tolerances.DoubleFormula);
        average = average.Update([9], 0.01);
        // Weights 0.99 * 0.01 and 0.01, normalised.
        Expect.Close((0.99 * 7 + 9) / 1.99, average.Value[0], Tolerances.DoubleFormula);
        for (int t = 2; t < 50; t++) average = average.Update([7], 0.01);
        Expect.Close(1 - Math.Pow(0.99, 50), average.Weight, Tolerances.DoubleFormula);
        Assert.Equal([3.5], CorrectedAverage.Imported([3.5]).Value);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(4, 0)]
    [InlineData(1, 1)]
    [InlineData(3, 11)]
    public void Merged_moments_are_the_moments_of_all(int left, int right)
    {
        double[] values = new SeededRandom(8).Normals(left + right, mean: 1e4, deviation: 0.01);
        MomentMerge expected = MomentMerge.Of(values), merged = MomentMerge.Of(values[..left]).With(MomentMerge.Of(values[left..]));
        Assert.Equal(expected.Count, merged.Count);
        Expect.Close(expected.Mean, merged.Mean, Tolerances.DoubleFormula);
        // Deviations of 1e-2 around 1e4 keep ten of sixteen digits.
        Expect.Close(expected.M2, merged.M2, new Tolerance(0, 1e-9, "deviations a millionth of the mean"));
        Moments moments = BatchNorm.Moments(values, 1);
        Expect.Close(moments.Variance[0], merged.PopulationVariance, new Tolerance(0, 1e-9, "deviations a millionth of the mean"));
        if (values.Length > 1) Expect.Close(moments.SampleVariance[0], merged.SampleVariance, new Tolerance(0, 1e-9, "deviations a millionth of the mean"));
    }

    [Fact]
    public void Merging_nothing_with_nothing_is_nothing() => Assert.Equal(MomentMerge.Empty, MomentMerge.Empty.With(MomentMerge.Of([])));
}
