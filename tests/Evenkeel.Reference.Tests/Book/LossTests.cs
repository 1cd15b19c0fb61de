using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Book;

public class LossTests
{
    private const int Classes = 5;
    private static readonly double[] Logits = new SeededRandom(41).Normals(4 * Classes, deviation: 2);
    private static readonly int[] Labels = [3, 0, 4, 3];

    [Fact]
    public void Cross_entropy_has_the_gradient_that_differences_give() =>
        GradientCheck.CheckLoss(z => SoftmaxCrossEntropy.Loss(z, Labels, Classes), SoftmaxCrossEntropy.Gradient(Logits, Labels, Classes), Logits);

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.2)]
    public void Smoothed_cross_entropy_has_the_gradient_that_differences_give(double smoothing)
    {
        GradientCheck.CheckLoss(z => SoftmaxCrossEntropy.SmoothedLoss(z, Labels, Classes, smoothing), SoftmaxCrossEntropy.SmoothedGradient(Logits, Labels, Classes, smoothing), Logits);
        if (smoothing == 0) Expect.Close(SoftmaxCrossEntropy.Loss(Logits, Labels, Classes), SoftmaxCrossEntropy.SmoothedLoss(Logits, Labels, Classes, 0), Tolerances.DoubleFormula);
    }

    [Fact]
    public void Cross_entropy_of_equal_logits_is_the_logarithm_of_the_classes_and_gradients_sum_to_zero()
    {
        Expect.Close(Math.Log(Classes), SoftmaxCrossEntropy.Loss(new double[4 * Classes], Labels, Classes), Tolerances.DoubleFormula);
        double[] gradient = SoftmaxCrossEntropy.Gradient(Logits, Labels, Classes);
        for (int r = 0; r < 4; r++) Assert.Equal(0, gradient.AsSpan(r * Classes, Classes).ToArray().Sum(), 1e-15);
        for (int r = 0; r < 4; r++) Assert.Equal(1, SoftmaxCrossEntropy.Probabilities(Logits, Classes).AsSpan(r * Classes, Classes).ToArray().Sum(), 1e-14);
    }

    [Theory]
    [InlineData(1e4)]
    [InlineData(-1e4)]
    public void A_constant_on_all_logits_changes_nothing_however_large(double constant)
    {
        double[] moved = Array.ConvertAll(Logits, z => z + constant);
        // 1e4 takes four of the logits' sixteen digits.
        Tolerance tolerance = new(0, 1e-11, "logits rounded at 1e4");
        Expect.Close(SoftmaxCrossEntropy.Loss(Logits, Labels, Classes), SoftmaxCrossEntropy.Loss(moved, Labels, Classes), tolerance);
        Expect.Close(SoftmaxCrossEntropy.Gradient(Logits, Labels, Classes), SoftmaxCrossEntropy.Gradient(moved, Labels, Classes), tolerance);
    }

    [Fact]
    public void A_certain_and_wrong_answer_costs_the_distance_of_its_logits() => Assert.Equal([2000.0], SoftmaxCrossEntropy.RowLosses([1000, -1000], [1], 2));

    [Fact]
    public void Mean_squared_error_worked_by_hand_and_by_differences()
    {
        Assert.Equal(2.5, MeanSquaredError.Loss([1, 4], [0, 2]));
        Assert.Equal([1.0, 2.0], MeanSquaredError.Gradient([1, 4], [0, 2]));
        double[] y = new SeededRandom(42).Normals(12), targets = new SeededRandom(43).Normals(12);
        GradientCheck.CheckLoss(v => MeanSquaredError.Loss(v, targets), MeanSquaredError.Gradient(y, targets), y);
    }

    [Fact]
    public void Dropout_keeps_its_expectation_and_is_its_own_backward_pass()
    {
        bool[] mask = [true, false, true, true];
        double[] x = [1, 2, 3, -4];
        Assert.Equal([2, 0, 6, -8], Dropout.Apply(x, mask, 0.5));
        GradientCheck.Check(v => Dropout.Apply(v, mask, 0.75), v => Dropout.Apply(v, mask, 0.75), x);
        // Over all masks of four values, weighted by probability, the mean is the input.
        double[] expected = new double[4];
        for (int bits = 0; bits < 16; bits++)
        {
            bool[] m = [.. Enumerable.Range(0, 4).Select(i => (bits >> i & 1) == 1)];
            double probability = m.Aggregate(1.0, (p, keep) => p * (keep ? 0.75 : 0.25));
            double[] y = Dropout.Apply(x, m, 0.75);
            for (int i = 0; i < 4; i++) expected[i] += probability * y[i];
        }
        Expect.Close(x, expected, Tolerances.DoubleFormula);
    }
}
