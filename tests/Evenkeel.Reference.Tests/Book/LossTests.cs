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

    public static TheoryData<string> ElementLosses => [.. ElementLoss.All.Select(l => l.Name)];

    [Theory, MemberData(nameof(ElementLosses))]
    public void Losses_of_elements_have_the_gradients_that_differences_give(string name) => CheckElements(ElementLoss.Named(name));

    [Theory]
    [InlineData(0.25)]
    [InlineData(3)]
    public void Hubers_loss_has_its_gradient_for_any_delta(double delta) => CheckElements(ElementLoss.Huber(delta));

    [Fact]
    public void Losses_of_elements_worked_by_hand()
    {
        Assert.Equal(2, ElementLoss.Absolute.Loss([1, 5], [2, 2]));
        Assert.Equal([-0.5, 0.5], ElementLoss.Absolute.Gradient([1, 5], [2, 2]));
        // 0.5^2 / 2 and 2 (3 - 1).
        Assert.Equal((0.125 + 4) / 2, ElementLoss.Huber(2).Loss([0.5, 3], [0, 0]));
        Assert.Equal([0.25, 1], ElementLoss.Huber(2).Gradient([0.5, 3], [0, 0]));
        Expect.Close(Math.Log(2), ElementLoss.Logistic.Loss([0, 0], [0, 1]), Tolerances.DoubleFormula);
        Assert.Equal([0.25, -0.25], ElementLoss.Logistic.Gradient([0, 0], [0, 1]));
        Assert.Equal((0 + 1.5) / 2, ElementLoss.Hinge.Loss([2, 0.5], [1, -1]));
        Assert.Equal([0, 0.5], ElementLoss.Hinge.Gradient([2, 0.5], [1, -1]));
    }

    [Fact]
    public void Cross_entropy_with_distributions_is_that_with_labels_where_they_are_sure_and_has_its_gradient()
    {
        double[] sure = [.. Labels.SelectMany(label => Enumerable.Range(0, Classes).Select(j => j == label ? 1.0 : 0))];
        Expect.Close(SoftmaxCrossEntropy.Loss(Logits, Labels, Classes), SoftCrossEntropy.Loss(Logits, sure, Classes), Tolerances.DoubleFormula);
        Expect.Close(SoftmaxCrossEntropy.Gradient(Logits, Labels, Classes), SoftCrossEntropy.Gradient(Logits, sure, Classes), Tolerances.DoubleFormula);
        // Targets that do not sum to 1 have their gradient too.
        double[] targets = new SeededRandom(44).Uniforms(Logits.Length, 0, 1);
        GradientCheck.CheckLoss(z => SoftCrossEntropy.Loss(z, targets, Classes), SoftCrossEntropy.Gradient(Logits, targets, Classes), Logits);
        GradientCheck.CheckLoss(z => SoftCrossEntropy.Divergence(z, targets, Classes), SoftCrossEntropy.Gradient(Logits, targets, Classes), Logits);
    }

    [Fact]
    public void The_divergence_is_zero_where_the_network_is_right_and_positive_elsewhere()
    {
        double[] right = SoftmaxCrossEntropy.Probabilities(Logits, Classes);
        Assert.Equal(0, SoftCrossEntropy.Divergence(Logits, right, Classes), 1e-14);
        Assert.True(SoftCrossEntropy.Divergence(new double[Logits.Length], right, Classes) > 0.1);
    }

    private static void CheckElements(ElementLoss loss)
    {
        // Signs for the hinge, probabilities for logits: 0.3 to 1 and their negatives serve all but the latter.
        double[] targets = [.. new SeededRandom(45).Uniforms(40, 0.3, 1).Select((t, i) => loss == ElementLoss.Logistic || i % 2 == 0 ? t : -t)];
        double[] x = [.. new SeededRandom(46).Normals(40, deviation: 2).Select((v, i) => loss.Kink(v, targets[i]) < 0.01 ? v + 0.1 : v)];
        GradientCheck.CheckLoss(v => loss.Loss(v, targets), loss.Gradient(x, targets), x, loss.Name == "huber" ? new Tolerance(0, 1e-4, "the second derivative of Huber's loss jumps at delta") : null);
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
