using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Book;

/// <summary>The kinds of batch normalisation, held against central differences with random cotangents.</summary>
public sealed class BatchNormKindsTests
{
    private const int Channels = 3;
    private const double Epsilon = 1e-3;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(double.PositiveInfinity)]
    public void Normalisation_by_another_norm_has_its_gradients(double p)
    {
        double[] x = Apart(24), gamma = new SeededRandom(2).Uniforms(Channels, 0.5, 2), beta = new SeededRandom(3).Normals(Channels);
        GradientCheck.Check(v => NormedBatchNorm.Forward(v, Channels, p, gamma, beta, Epsilon).Y, dy => NormedBatchNorm.Backward(dy, x, Channels, p, gamma, Epsilon).X, x);
        GradientCheck.Check(v => NormedBatchNorm.Forward(x, Channels, p, v, beta, Epsilon).Y, dy => NormedBatchNorm.Backward(dy, x, Channels, p, gamma, Epsilon).Gamma, gamma);
        GradientCheck.Check(v => NormedBatchNorm.Forward(x, Channels, p, gamma, v, Epsilon).Y, dy => NormedBatchNorm.Backward(dy, x, Channels, p, gamma, Epsilon).Beta, beta);
    }

    [Fact]
    public void Norms_are_averages_over_the_batch_taken_before_the_mean_is_subtracted()
    {
        double[] x = [3, -1, 5, 2, -4, 0];
        Expect.Close([4, 1], NormedBatchNorm.Norms(x, 2, 1), Tolerances.DoubleFormula);
        Expect.Close([Math.Sqrt(50 / 3.0), Math.Sqrt(5 / 3.0)], NormedBatchNorm.Norms(x, 2, 2), Tolerances.DoubleFormula);
        Expect.Close([5, 2], NormedBatchNorm.Norms(x, 2, double.PositiveInfinity), Tolerances.DoubleFormula);
        double[] y = NormedBatchNorm.Forward(x, 2, double.PositiveInfinity, null, null, 0).Y;
        Assert.Equal((3 - (4.0 / 3)) / 5, y[0], 1e-12);
    }

    [Fact]
    public void Places_that_share_the_maximum_share_its_gradient()
    {
        double[] x = [2, -2, 1, 0.5], dy = [1, -0.3, 0.7, 0.2];
        double[] dx = NormedBatchNorm.Backward(dy, x, 1, double.PositiveInfinity, null, 0).X;
        double[] through = [.. dx.Select((value, i) => value - ((dy[i] - dy.Average()) / 2))];
        Assert.Equal(through[0], -through[1], 1e-12);
        Assert.Equal(0, through[2], 1e-12);
        Assert.True(Math.Abs(through[0]) > 0.01);
    }

    [Fact]
    public void Batch_renormalisation_has_its_gradients_with_r_and_d_as_constants()
    {
        double[] x = new SeededRandom(1).Normals(24, 1, 2), gamma = [0.7, 1.3, -1], beta = [0.1, -0.2, 0.3];
        (double[] r, double[] d) = BatchRenorm.Corrections(x, Channels, [0.5, 1, 2], [2, 5, 3], Epsilon, 3, 5);
        GradientCheck.Check(v => BatchRenorm.Forward(v, Channels, r, d, gamma, beta, Epsilon), dy => BatchRenorm.Backward(dy, x, Channels, r, d, gamma, Epsilon).X, x);
        GradientCheck.Check(v => BatchRenorm.Forward(x, Channels, r, d, v, beta, Epsilon), dy => BatchRenorm.Backward(dy, x, Channels, r, d, gamma, Epsilon).Gamma, gamma);
        GradientCheck.Check(v => BatchRenorm.Forward(x, Channels, r, d, gamma, v, Epsilon), dy => BatchRenorm.Backward(dy, x, Channels, r, d, gamma, Epsilon).Beta, beta);
    }

    [Fact]
    public void Unclipped_renormalisation_is_evaluation_and_closed_limits_are_batch_normalisation()
    {
        double[] x = new SeededRandom(4).Normals(24, 1, 2), mean = [0.5, 1, 2], variance = [2, 5, 3];
        (double[] r, double[] d) = BatchRenorm.Corrections(x, Channels, mean, variance, Epsilon, 1e9, 1e9);
        Expect.Close(BatchNorm.ForwardWith(mean, variance, x, Channels, null, null, Epsilon).Y, BatchRenorm.Forward(x, Channels, r, d, null, null, Epsilon), Tolerances.DoubleFormula);
        (r, d) = BatchRenorm.Corrections(x, Channels, mean, variance, Epsilon, 1, 0);
        Expect.Close(BatchNorm.Forward(x, Channels, null, null, Epsilon).Y, BatchRenorm.Forward(x, Channels, r, d, null, null, Epsilon), Tolerances.DoubleFormula);
    }

    [Fact]
    public void Ghost_batches_have_their_gradients_and_leave_no_small_rest()
    {
        double[] x = new SeededRandom(1).Normals(7 * 2 * Channels, 1, 2), gamma = [0.7, 1.3, -1], beta = [0.1, -0.2, 0.3];
        Assert.Equal([(0, 2), (2, 4), (4, 7)], GhostBatchNorm.Parts(7, 2));
        Assert.Equal([(0, 3)], GhostBatchNorm.Parts(3, 8));
        GradientCheck.Check(v => GhostBatchNorm.Forward(v, 2, Channels, 2, gamma, beta, Epsilon), dy => GhostBatchNorm.Backward(dy, x, 2, Channels, 2, gamma, Epsilon).X, x);
        GradientCheck.Check(v => GhostBatchNorm.Forward(x, 2, Channels, 2, v, beta, Epsilon), dy => GhostBatchNorm.Backward(dy, x, 2, Channels, 2, gamma, Epsilon).Gamma, gamma);
        GradientCheck.Check(v => GhostBatchNorm.Forward(x, 2, Channels, 2, gamma, v, Epsilon), dy => GhostBatchNorm.Backward(dy, x, 2, Channels, 2, gamma, Epsilon).Beta, beta);
    }

    /// <summary>Values none of which is near zero or near another one's magnitude, so that differences step over no edge.</summary>
    private static double[] Apart(int count)
    {
        double[] values = [.. Enumerable.Range(0, count).Select(i => (i % 2 == 0 ? 1 : -0.6) * (0.3 + (i * 0.17)))];
        new SeededRandom(9).Shuffle<double>(values);
        return values;
    }
}
