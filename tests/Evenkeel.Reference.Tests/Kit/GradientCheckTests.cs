using Evenkeel.TestKit;
using Xunit.Sdk;

namespace Evenkeel.Reference.Tests.Kit;

/// <summary>The check of the checker: a batch normalisation with each classical mistake must be rejected.</summary>
public class GradientCheckTests
{
    private const int Channels = 3;
    private const double Epsilon = 1e-5;
    private static readonly double[] X = new SeededRandom(3).Normals(7 * Channels, 0.5, 2);
    private static readonly double[] Gamma = [0.7, -1.3, 2.1];

    private static double[] Forward(double[] x) => BatchNorm.Forward(x, Channels, Gamma, null, Epsilon).Y;

    private static double[] Right(double[] v) => BatchNormBackward.Compact(v, X, Channels, Gamma, Epsilon).X;

    private static XunitException Rejected(Func<double[], double[]> backward) => Assert.Throws<XunitException>(() => GradientCheck.Check(Forward, backward, X));

    [Fact]
    public void The_right_gradient_passes() => GradientCheck.Check(Forward, Right, X);

    [Fact]
    public void A_flipped_sign_is_rejected() => Rejected(v => Array.ConvertAll(Right(v), d => -d));

    [Fact]
    public void A_missing_one_over_n_is_rejected() => Rejected(v =>
    {
        // dx = gamma / s (dy - sum dy - xhat sum(dy xhat)): the sums are not divided by m.
        BatchNormOutput output = BatchNorm.Forward(X, Channels, Gamma, null, Epsilon);
        (double[] dgamma, double[] dbeta) = BatchNormBackward.Sums(v, output.XHat, Channels);
        return [.. v.Select((d, i) => Gamma[i % Channels] / Math.Sqrt(output.Variance[i % Channels] + Epsilon) * (d - dbeta[i % Channels] - output.XHat[i] * dgamma[i % Channels]))];
    });

    [Fact]
    public void A_zero_gradient_is_rejected() => Rejected(_ => new double[X.Length]);

    [Fact]
    public void The_gradient_without_the_statistics_is_rejected() => Rejected(v => BatchNormBackward.WithoutStatisticsGradient(v, X, Channels, Gamma, Epsilon).X);

    [Fact]
    public void A_gradient_off_by_a_millionth_is_rejected() => Rejected(v => Array.ConvertAll(Right(v), d => d * (1 + 1e-6)));

    [Fact]
    public void Not_a_number_is_rejected() => Rejected(v => [double.NaN, .. Right(v).Skip(1)]);

    [Fact]
    public void One_wrong_value_is_rejected() => Rejected(v =>
    {
        double[] dx = Right(v);
        dx[^1] *= 1.001;
        return dx;
    });

    [Fact]
    public void A_sum_loss_is_refused_even_where_the_gradient_is_right()
    {
        double[] ones = [.. Enumerable.Repeat(1.0, X.Length)];
        XunitException error = Assert.Throws<XunitException>(() => GradientCheck.CheckWith(ones, Forward, Right, X));
        Assert.StartsWith("This check proves nothing", error.Message);
        Assert.Throws<XunitException>(() => GradientCheck.CheckWith(ones, Forward, _ => new double[X.Length], X));
    }

    [Fact]
    public void An_output_that_ignores_its_input_is_refused() => Assert.Throws<XunitException>(() => GradientCheck.Check(_ => [1, 2], _ => new double[X.Length], X));
}
