using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Book;

public sealed class WhiteningTests
{
    [Fact]
    public void What_is_multiplied_by_the_root_has_no_correlations_within_a_block()
    {
        const int Rows = 200, Channels = 7;
        var x = Mixed(Rows, Channels);
        foreach (var block in new[] { 3, 7 })
        {
            var w = Whitening.Forward(Moments(x, Channels), Channels, Rows, block, 14, 0);
            var covariance = Moments(MatrixProduct.Multiply(x, w, Rows, Channels, Channels), Channels);
            for (var i = 0; i < Channels; i++)
            {
                for (var j = 0; j < Channels; j++)
                {
                    if (i / block == j / block) Assert.Equal(i == j ? 1 : 0, covariance[(i * Channels) + j] / Rows, 1e-7);
                }

                Assert.Equal(w[i], w[i * Channels], 1e-9);
            }
        }
    }

    [Fact]
    public void Batch_normalisation_keeps_the_correlations_of_its_input()
    {
        const int Rows = 200, Channels = 4;
        var x = Mixed(Rows, Channels);
        var mean = BatchNorm.Moments(x, Channels).Mean;
        double[] moments = Moments([.. x.Select((value, i) => value - mean[i % Channels])], Channels), after = Moments(BatchNorm.Forward(x, Channels, null, null, 0).Y, Channels);
        for (var i = 0; i < Channels; i++)
        {
            for (var j = 0; j < Channels; j++)
            {
                var correlation = moments[(i * Channels) + j] / Math.Sqrt(moments[i * (Channels + 1)] * moments[j * (Channels + 1)]);
                Assert.Equal(correlation, after[(i * Channels) + j] / Rows, 1e-12);
                Assert.True(Math.Abs(correlation) > 0.01);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Its_gradient_is_that_of_central_differences(int iterations)
    {
        const int Channels = 5;
        var moments = Moments(Mixed(40, Channels), Channels);
        var cotangent = new SeededRandom(3).Normals(Channels * Channels);
        double Loss(double[] m) => Whitening.Forward(m, Channels, 40, 3, iterations, 1e-3).Zip(cotangent, static (w, c) => w * c).Sum();
        GradientCheck.CheckLoss(Loss, Whitening.Backward(cotangent, moments, Channels, 40, 3, iterations, 1e-3), moments);
    }

    private static double[] Mixed(int rows, int channels)
    {
        double[] mixing = [.. new SeededRandom(2).Normals(channels * channels).Select((value, i) => (0.3 * value) + (i % (channels + 1) == 0 ? 1 : 0))];
        return MatrixProduct.Multiply(new SeededRandom(1).Normals(rows * channels), mixing, rows, channels, channels);
    }

    private static double[] Moments(double[] x, int channels) => MatrixProduct.Multiply(x, x, channels, channels, x.Length / channels, transposeA: true);
}
