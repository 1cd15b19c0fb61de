using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Book;

public class BatchNormBackwardTests
{
    private const int Channels = 3;
    private const double Epsilon = 1e-5;
    private static readonly double[] X = new SeededRandom(21).Normals(9 * Channels, mean: -1, deviation: 2);
    private static readonly double[] DY = GradientCheck.Cotangent(X.Length, seed: 22);
    private static readonly double[] Gamma = [0.7, -1.3, 2.1], Beta = [0.4, -0.2, 1.5];

    public static TheoryData<double> Epsilons => new() { 0, Epsilon, 1e-3, 1 };

    [Theory, MemberData(nameof(Epsilons))]
    public void Gradients_by_input_scale_and_shift_agree_with_differences(double epsilon)
    {
        foreach (Func<double[], BatchNormGradients> backward in (Func<double[], BatchNormGradients>[])
            [v => BatchNormBackward.SixFormulas(v, X, Channels, Gamma, epsilon), v => BatchNormBackward.Compact(v, X, Channels, Gamma, epsilon)])
        {
            GradientCheck.Check(x => BatchNorm.Forward(x, Channels, Gamma, Beta, epsilon).Y, v => backward(v).X, X);
            GradientCheck.Check(gamma => BatchNorm.Forward(X, Channels, gamma, Beta, epsilon).Y, v => backward(v).Gamma, Gamma);
            GradientCheck.Check(beta => BatchNorm.Forward(X, Channels, Gamma, beta, epsilon).Y, v => backward(v).Beta, Beta);
        }
    }

    [Theory, MemberData(nameof(Epsilons))]
    public void The_six_formulas_equal_the_compact_form(double epsilon)
    {
        BatchNormGradients six = BatchNormBackward.SixFormulas(DY, X, Channels, Gamma, epsilon), compact = BatchNormBackward.Compact(DY, X, Channels, Gamma, epsilon);
        Expect.Close(six.X, compact.X, Tolerances.DoubleFormula);
        Expect.Close(six.Gamma, compact.Gamma, Tolerances.DoubleFormula);
        Expect.Close(six.Beta, compact.Beta, Tolerances.DoubleFormula);
    }

    [Fact]
    public void Frozen_statistics_pass_gradients_straight_through()
    {
        double[] mean = [0.1, 0.2, 0.3], variance = [1, 4, 9];
        BatchNormGradients Backward(double[] v) => BatchNormBackward.Frozen(v, X, Channels, mean, variance, Gamma, Epsilon);
        GradientCheck.Check(x => BatchNorm.ForwardWith(mean, variance, x, Channels, Gamma, Beta, Epsilon).Y, v => Backward(v).X, X);
        GradientCheck.Check(gamma => BatchNorm.ForwardWith(mean, variance, X, Channels, gamma, Beta, Epsilon).Y, v => Backward(v).Gamma, Gamma);
        GradientCheck.Check(beta => BatchNorm.ForwardWith(mean, variance, X, Channels, Gamma, beta, Epsilon).Y, v => Backward(v).Beta, Beta);
    }

    [Fact]
    public void Without_scale_gamma_counts_as_one()
    {
        Assert.Equal(BatchNormBackward.Compact(DY, X, Channels, [1, 1, 1], Epsilon).X, BatchNormBackward.Compact(DY, X, Channels, null, Epsilon).X);
        Assert.Equal(BatchNormBackward.SixFormulas(DY, X, Channels, [1, 1, 1], Epsilon).X, BatchNormBackward.SixFormulas(DY, X, Channels, null, Epsilon).X);
    }

    [Theory, MemberData(nameof(Epsilons))]
    public void Input_gradients_of_a_channel_sum_to_zero(double epsilon)
    {
        double[] dx = BatchNormBackward.Compact(DY, X, Channels, Gamma, epsilon).X;
        Expect.CloseScaled(new double[Channels], SumByChannel(dx), Tolerances.DoubleFormula, [Expect.LargestMagnitude(dx)]);
    }

    [Fact]
    public void Input_gradients_are_orthogonal_to_xhat_at_epsilon_zero()
    {
        double[] xhat = BatchNorm.Forward(X, Channels, Gamma, Beta, 0).XHat, dx = BatchNormBackward.Compact(DY, X, Channels, Gamma, 0).X;
        Expect.CloseScaled(new double[Channels], SumByChannel([.. dx.Zip(xhat, (a, b) => a * b)]), Tolerances.DoubleFormula, [Expect.LargestMagnitude(dx)]);
    }

    [Fact]
    public void Theorem_4_1_of_Santurkar_is_an_equality_at_epsilon_zero()
    {
        // ||dx||^2 = (gamma / s)^2 (||dy||^2 - <1, dy>^2 / m - <dy, xhat>^2 / m)
        BatchNormOutput forward = BatchNorm.Forward(X, Channels, Gamma, Beta, 0);
        BatchNormGradients gradients = BatchNormBackward.SixFormulas(DY, X, Channels, Gamma, 0);
        int m = X.Length / Channels;
        double[] left = SumByChannel(Array.ConvertAll(gradients.X, d => d * d)), squares = SumByChannel(Array.ConvertAll(DY, d => d * d));
        double[] right = [.. Enumerable.Range(0, Channels).Select(c =>
            Gamma[c] * Gamma[c] / forward.Variance[c] * (squares[c] - gradients.Beta[c] * gradients.Beta[c] / m - gradients.Gamma[c] * gradients.Gamma[c] / m))];
        Expect.CloseEach(right, left, Tolerances.DoubleFormula);
    }

    [Fact]
    public void A_batch_of_two_passes_no_gradient_but_what_epsilon_leaves()
    {
        double[] x = [0.3, 1.7], dy = [1.1, -0.4];
        Expect.CloseScaled([0.0, 0.0], BatchNormBackward.Compact(dy, x, 1, null, 0).X, Tolerances.DoubleFormula, [1.0]);
        double small = BatchNormBackward.Compact(dy, x, 1, null, 1e-5).X[0], smaller = BatchNormBackward.Compact(dy, x, 1, null, 1e-6).X[0];
        Assert.InRange(Math.Abs(small), 1e-6, 1e-4);
        // Of first order in epsilon: a tenth of it leaves a tenth.
        Assert.Equal(10, small / smaller, 1e-3);
    }

    [Fact]
    public void A_batch_of_one_gives_beta_and_no_gradient()
    {
        BatchNormGradients gradients = BatchNormBackward.SixFormulas([2, -3], [5, 6], 2, [1.5, 2.5], Epsilon);
        // Two terms of dy gamma / sqrt(epsilon) cancel; the scale is theirs.
        Expect.CloseScaled([0.0, 0.0], gradients.X, Tolerances.DoubleFormula, [3 * 2.5 / Math.Sqrt(Epsilon)]);
        Assert.All(BatchNormBackward.Compact([2, -3], [5, 6], 2, [1.5, 2.5], Epsilon).X, d => Assert.Equal(0, d));
        Assert.Equal([0.0, 0.0], gradients.Gamma);
        Assert.Equal([2.0, -3.0], gradients.Beta);
    }

    [Fact]
    public void Without_the_statistics_gradient_a_bias_before_grows_while_the_loss_stands_still()
    {
        // Section 2 of the paper: x = u + b, xhat = x - E[x]; a gradient that ignores E[x] moves b for ever and changes nothing.
        double[] u = new SeededRandom(23).Normals(20), targets = new SeededRandom(24).Normals(20, mean: 1);
        double bias = 0, biasRight = 0, before = Loss(0), rate = 0.1;
        for (int step = 0; step < 100; step++)
        {
            bias -= rate * BatchNormBackward.WithoutStatisticsGradient(Gradient(bias), Shifted(bias), 1, null, 0).X.Sum();
            biasRight -= rate * BatchNormBackward.Compact(Gradient(biasRight), Shifted(biasRight), 1, null, 0).X.Sum();
        }
        Assert.True(Math.Abs(bias) > 5, $"the bias has grown to {bias} only");
        Assert.Equal(before, Loss(bias), 1e-12);
        Assert.Equal(0, biasRight, 1e-12);

        double[] Shifted(double b) => Array.ConvertAll(u, v => v + b);
        double[] Gradient(double b) => MeanSquaredError.Gradient(BatchNorm.Forward(Shifted(b), 1, null, null, 0).Y, targets);
        double Loss(double b) => MeanSquaredError.Loss(BatchNorm.Forward(Shifted(b), 1, null, null, 0).Y, targets);
    }

    private static double[] SumByChannel(double[] values)
    {
        double[] sums = new double[Channels];
        for (int i = 0; i < values.Length; i++) sums[i % Channels] += values[i];
        return sums;
    }
}
