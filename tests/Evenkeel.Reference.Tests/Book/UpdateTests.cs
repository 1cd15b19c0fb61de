using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Book;

public class UpdateTests
{
    [Fact]
    public void Momentum_worked_by_hand()
    {
        double[] w = [1], v = [0];
        Sgd.Step(w, [2], v, rate: 0.1, momentum: 0.5);
        Sgd.Step(w, [4], v, rate: 0.1, momentum: 0.5);
        // v: 2, then 0.5 * 2 + 4 = 5; w: 1 - 0.2 - 0.5.
        Expect.Close([5.0], v, Tolerances.DoubleFormula);
        Expect.Close([0.3], w, Tolerances.DoubleFormula);
    }

    [Fact]
    public void Nesterov_worked_by_hand()
    {
        double[] w = [1], v = [0];
        Sgd.Step(w, [2], v, rate: 0.1, momentum: 0.5, nesterov: true);
        // v = 2; the step is 2 + 0.5 * 2.
        Expect.Close([0.7], w, Tolerances.DoubleFormula);
    }

    [Theory]
    [InlineData(100, 691, 69, 93)]
    [InlineData(1000, 6908, 218, 315)]
    public void Descent_and_Polyak_momentum_need_the_number_of_steps_that_theory_gives(double k, int descentSteps, int momentumSteps, int dampedSteps)
    {
        // Best rates on curvatures 1 and k: a step keeps (k - 1) / (k + 1) of the distance, with momentum (sqrt k - 1) / (sqrt k + 1), and 1e-6 shall be left.
        double root = Math.Sqrt(k), rate = 4 / Math.Pow(root + 1, 2), momentum = Math.Pow((root - 1) / (root + 1), 2);
        Assert.Equal(descentSteps, Steps((w, g, v) => Sgd.Step(w, g, v, 2 / (k + 1))));

        // Between the two curvatures x'' x - x'^2 of three points in a row shrinks by the square of what a step keeps, exactly.
        double[] point = [1], velocity = [0], path = new double[43];
        for (int t = 0; t < path.Length; t++)
        {
            path[t] = point[0];
            Sgd.Step(point, [root * point[0]], velocity, rate, momentum);
        }
        double kept = Math.Pow(Between(40) / Between(0), 1.0 / 80);
        Assert.Equal((root - 1) / (root + 1), kept, 1e-9);
        Assert.Equal(momentumSteps, Math.Round(Math.Log(1e-6) / Math.Log(kept)));

        // At both ends the damping is critical, which adds a factor that grows with the steps.
        Assert.Equal(dampedSteps, Steps((w, g, v) => Sgd.Step(w, g, v, rate, momentum)));

        double Between(int t) => path[t + 2] * path[t] - path[t + 1] * path[t + 1];
        int Steps(Action<double[], double[], double[]> update)
        {
            double[] w = [1, 1], v = [0, 0];
            int steps = 0;
            for (; Math.Sqrt(w[0] * w[0] + w[1] * w[1]) > 1e-6 * Math.Sqrt(2); steps++) update(w, [w[0], k * w[1]], v);
            return steps;
        }
    }

    [Fact]
    public void Coupled_decay_adds_to_the_gradient()
    {
        double[] a = [3], b = [3], va = [0], vb = [0];
        Sgd.Step(a, [0.5], va, 0.1, 0.9, weightDecay: 0.2);
        Sgd.Step(b, [0.5 + 0.2 * 3], vb, 0.1, 0.9);
        Assert.Equal(b, a);
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1)]
    [InlineData(-1e6)]
    public void Adams_first_step_has_the_length_of_its_rate_whatever_the_gradient(double gradient)
    {
        double[] w = [0], m = [0], v = [0];
        Adam.Step(w, [gradient], m, v, t: 1, rate: 0.01);
        Expect.Close(-0.01 * Math.Sign(gradient), w[0], new Tolerance(0, 1.1e-5, "epsilon 1e-8 beside a gradient of 1e-3"));
    }

    [Theory]
    [InlineData(0.999, 3.1622776601683795)]
    [InlineData(0.9999, 10)]
    [InlineData(0.999999, 100)]
    public void Without_its_corrections_Adams_first_steps_grow_as_beta2_nears_one(double beta2, double rates)
    {
        // Kingma and Ba, section 6.4: (1 - b1) / sqrt(1 - b2) rates. After very many updates there is nothing left to correct.
        double[] w = [0], m = [0], v = [0];
        Adam.Step(w, [-3], m, v, t: int.MaxValue, rate: 1, beta2: beta2, epsilon: 0);
        Expect.Close(rates, w[0], new Tolerance(0, 1e-9, "1 - 0.999999 has ten digits"));
    }

    [Fact]
    public void Adam_takes_equal_steps_under_a_constant_gradient()
    {
        double[] w = [0], m = [0], v = [0];
        for (int t = 1; t <= 50; t++) Adam.Step(w, [0.3], m, v, t, rate: 0.01, epsilon: 0);
        Expect.Close(-0.5, w[0], Tolerances.DoubleFormula);
    }

    [Fact]
    public void Decoupled_decay_shrinks_by_rate_times_decay_even_without_a_gradient_and_differs_from_coupled_decay()
    {
        double[] w = [2, -4], m = [0, 0], v = [0, 0];
        Adam.DecoupledStep(w, [0, 0], m, v, t: 1, rate: 0.1, weightDecay: 0.5);
        Expect.Close([1.9, -3.8], w, Tolerances.DoubleFormula);
        double[] coupled = [2, -4];
        Adam.Step(coupled, [0, 0], new double[2], new double[2], t: 1, rate: 0.1, weightDecay: 0.5);
        // Coupled decay is normalised away: both weights move by the rate.
        Expect.Close([1.9, -3.9], coupled, new Tolerance(0, 1e-8, "epsilon 1e-8"));
    }

    [Fact]
    public void The_cosine_warms_up_linearly_reaches_its_rate_and_falls_to_the_floor()
    {
        double[] rates = [.. Enumerable.Range(0, 14).Select(t => CosineSchedule.Rate(t, rate: 0.8, steps: 12, warmup: 4, floor: 0.2))];
        Expect.Close([0.2, 0.4, 0.6, 0.8, 0.8], rates[..5], Tolerances.DoubleFormula);
        Expect.Close(0.5, rates[8], Tolerances.DoubleFormula);
        Assert.Equal(rates[4..].OrderDescending(), rates[4..]);
        Assert.True(rates[11] > 0.2);
        Assert.Equal([0.2, 0.2], rates[12..]);
    }
}
