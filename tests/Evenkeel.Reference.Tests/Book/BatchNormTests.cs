using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Book;

public class BatchNormTests
{
    private const int Channels = 3;
    private const double Epsilon = 1e-5;
    private static readonly double[] X = new SeededRandom(11).Normals(8 * Channels, mean: 1, deviation: 3);
    private static readonly double[] Gamma = [0.7, -1.3, 2.1], Beta = [0.4, -0.2, 1.5];

    [Fact]
    public void Statistics_worked_by_hand()
    {
        // Channel 0: 1, 2, 6, mean 3, deviations -2 -1 3; channel 1 constant.
        Moments moments = BatchNorm.Moments([1, 5, 2, 5, 6, 5], 2);
        Assert.Equal([3.0, 5.0], moments.Mean);
        Expect.Close([14.0 / 3, 0.0], moments.Variance, Tolerances.DoubleFormula);
        Expect.Close([7.0, 0.0], moments.SampleVariance, Tolerances.DoubleFormula);
        Assert.True(double.IsNaN(BatchNorm.Moments([4.0], 1).SampleVariance[0]));
    }

    [Fact]
    public void A_normalised_batch_has_mean_zero_and_variance_one_less_the_share_of_epsilon()
    {
        BatchNormOutput output = BatchNorm.Forward(X, Channels, null, null, Epsilon);
        Moments moments = BatchNorm.Moments(output.XHat, Channels);
        Expect.CloseScaled(new double[Channels], moments.Mean, Tolerances.DoubleFormula, [1.0]);
        Expect.Close(Array.ConvertAll(output.Variance, v => v / (v + Epsilon)), moments.Variance, Tolerances.DoubleFormula);
    }

    [Fact]
    public void Gamma_and_beta_set_deviation_and_mean_and_can_undo_the_normalisation()
    {
        BatchNormOutput output = BatchNorm.Forward(X, Channels, Gamma, Beta, 0);
        Moments moments = BatchNorm.Moments(output.Y, Channels);
        Expect.Close(Beta, moments.Mean, Tolerances.DoubleFormula);
        Expect.Close(Array.ConvertAll(Gamma, g => g * g), moments.Variance, Tolerances.DoubleFormula);
        double[] deviation = Array.ConvertAll(output.Variance, v => Math.Sqrt(v + Epsilon));
        Expect.Close(X, BatchNorm.Forward(X, Channels, deviation, output.Mean, Epsilon).Y, Tolerances.DoubleFormula, "identity recovered");
    }

    [Fact]
    public void Two_values_become_plus_and_minus_one_whatever_they_are()
    {
        Assert.Equal([1.0, -1.0], BatchNorm.Forward([100, -3], 1, null, null, 0).XHat);
        // One value: nothing is left but beta.
        Assert.Equal([0.25], BatchNorm.Forward([100], 1, [3], [0.25], Epsilon).Y);
    }

    [Fact]
    public void Output_does_not_depend_on_scale_and_shift_of_the_input()
    {
        double[] y = BatchNorm.Forward(X, Channels, Gamma, Beta, 0).Y;
        Expect.Close(y, BatchNorm.Forward(Array.ConvertAll(X, v => 10 * v + 7), Channels, Gamma, Beta, 0).Y, Tolerances.DoubleFormula);
    }

    [Fact]
    public void Images_are_normalised_per_channel_over_batch_and_space()
    {
        // [2, 2, 3, 2] channels last, against the definition with four indices.
        const int n = 2, h = 2, w = 3, c = 2;
        double[] x = new SeededRandom(5).Normals(n * h * w * c), y = BatchNorm.Forward(x, c, null, null, Epsilon).Y;
        for (int channel = 0; channel < c; channel++)
        {
            List<double> values = [];
            for (int i = 0; i < n; i++)
                for (int j = 0; j < h; j++)
                    for (int k = 0; k < w; k++) values.Add(x[((i * h + j) * w + k) * c + channel]);
            double mean = values.Average(), variance = values.Average(v => (v - mean) * (v - mean));
            double[] actual = [.. Enumerable.Range(0, n * h * w).Select(r => y[r * c + channel])];
            Expect.Close([.. values.Select(v => (v - mean) / Math.Sqrt(variance + Epsilon))], actual, Tolerances.DoubleFormula);
        }
    }

    [Fact]
    public void Given_statistics_make_a_sample_independent_of_its_batch()
    {
        double[] mean = [0.1, 0.2, 0.3], variance = [1, 4, 9];
        double[] all = BatchNorm.ForwardWith(mean, variance, X, Channels, Gamma, Beta, Epsilon).Y;
        Assert.Equal(all[..Channels], BatchNorm.ForwardWith(mean, variance, X[..Channels], Channels, Gamma, Beta, Epsilon).Y);
    }

    [Fact]
    public void No_rows_and_half_rows_are_refused()
    {
        Assert.Throws<ArgumentException>(() => BatchNorm.Moments([], 2));
        Assert.Throws<ArgumentException>(() => BatchNorm.Moments([1, 2, 3], 2));
    }
}
