using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.TestKit;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Probes;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Probes;

public sealed class ProbeTests
{
    private const int Count = 20;

    [Fact]
    public void Along_the_gradient_of_a_quadratic_loss_range_change_and_smoothness_have_closed_forms()
    {
        // One product and a squared error: L(w) = |x w - t|^2 / N, gradient g = 2 x^T (x w - t) / N, Hessian H = 2 x^T x / N.
        var model = new Sequential(("fc", new Dense(1, new DenseOptions { Bias = BiasUse.Never }))).Build(Shape.Batch(3), 2);
        var (x, t) = (new SeededRandom(1).Floats(Count * 3), new SeededRandom(2).Floats(Count));
        var w = Expect.Widen(model.Parameters["fc.weight"].Span);
        double Row(int n, double[] v) => Enumerable.Range(0, 3).Sum(k => x[(n * 3) + k] * v[k]);
        double[] Back(Func<int, double> of) => [.. Enumerable.Range(0, 3).Select(k => Enumerable.Range(0, Count).Sum(n => 2.0 / Count * x[(n * 3) + k] * of(n)))];
        var g = Back(n => Row(n, w) - t[n]);
        var change = Back(n => Row(n, g));
        double Norm(double[] v) => Math.Sqrt(v.Sum(static value => value * value));
        var start = Enumerable.Range(0, Count).Average(n => Math.Pow(Row(n, w) - t[n], 2));
        double LossAt(double length) => start - (length * Norm(g) * Norm(g)) + (length * length / 2 * g.Zip(change, static (a, b) => a * b).Sum());

        using var probe = new LandscapeProbe(model, new MeanSquaredError(), new PlanOptions { Capacity = Count });
        var slot = probe.CreateSlot();
        slot.Fill(x, t);
        var before = model.Parameters.Span.ToArray();
        float[] lengths = [0.05f, 0.2f, 0.8f];
        var point = probe.Measure(slot, lengths);
        var allowed = new Tolerance(0, 1e-4, "loss and gradients are floats");
        Expect.Close(start, point.Loss, allowed, "loss");
        Expect.Close(Norm(g), point.GradientNorm, allowed, "norm");
        Expect.Close(lengths.Min(length => LossAt(length)), point.LowestLoss, allowed, "lowest");
        Expect.Close(lengths.Max(length => LossAt(length)), point.HighestLoss, allowed, "highest");
        Expect.Close(0.05 * Norm(change), point.LeastGradientChange, allowed, "least change");
        Expect.Close(0.8 * Norm(change), point.LargestGradientChange, allowed, "largest change");
        Expect.Close(Norm(change) / Norm(g), point.Smoothness, allowed, "beta");
        Assert.Equal(before, model.Parameters.Span.ToArray());
    }

    [Fact]
    public void A_shift_is_the_change_of_a_gradient_by_the_layers_before_it_alone()
    {
        var (model, other) = (Network(), Network());
        var (x, labels) = (new SeededRandom(1).Floats(Count * Small.Features), new SeededRandom(2).Labels(Count, Small.Classes));
        using var plan = TrainingPlan.Compile(model, Small.Loss, new Momentum(), new PlanOptions { Capacity = Count });
        string[] weights = ["hidden1.weight", "hidden2.weight", "output.weight"];
        using var probe = new GradientShiftProbe(model, Small.Loss, weights, new PlanOptions { Capacity = Count });
        var slot = probe.CreateSlot();
        slot.Fill(x, labels);
        plan.LearningRate = 0.5f;
        probe.Begin(slot);
        Assert.True(plan.Step(x, labels).Committed);
        var shifts = probe.End();

        Assert.Equal(weights, shifts.Select(static shift => shift.Weight));
        Assert.Equal((0.0, 1.0), (shifts[0].Distance, Math.Round(shifts[0].Cosine, 12)));
        Assert.All(shifts[1..], static shift => Assert.True(shift.Distance > 0.01 * shift.GradientNorm && shift.Cosine < 1));

        // By hand: the second layer's gradient in a network whose first layer alone has moved.
        using var gradients = GradientPlan.Compile(other, Small.Loss, options: new PlanOptions { Capacity = Count });
        gradients.Run(slot);
        var old = gradients.Gradients["hidden2.weight"].ToArray();
        foreach (var name in other.Parameters.Select(static tensor => tensor.Name).Where(static name => name.StartsWith("hidden1.", StringComparison.Ordinal)).ToArray()) other.Parameters[name].CopyFrom(model.Parameters[name].Span);
        gradients.Run(slot);
        var distance = Math.Sqrt(old.Zip(gradients.Gradients["hidden2.weight"].ToArray(), static (a, b) => ((double)a - b) * ((double)a - b)).Sum());
        Assert.Equal(distance, shifts[1].Distance, 1e-9);
    }

    [Fact]
    public void Gamma_and_beta_come_before_the_weight_behind_them() => Assert.Equal(
        ["hidden1.weight", "hidden1.bn.gamma", "hidden1.bn.beta", "hidden2.weight", "hidden2.bn.gamma", "hidden2.bn.beta", "output.weight", "output.bias"],
        GradientShiftProbe.InOrderOfUse(Network()));

    [Fact]
    public void Probing_changes_no_bit_of_a_run()
    {
        string Run(bool probes)
        {
            var model = Network("batch-noisy");
            var options = new PlanOptions { Capacity = Count, Seed = 3 };
            using var plan = TrainingPlan.Compile(model, Small.Loss, new Momentum(), options);
            using var landscape = new LandscapeProbe(model, Small.Loss, options);
            using var shift = new GradientShiftProbe(model, Small.Loss, ["output.weight"], options);
            var slot = landscape.CreateSlot();
            for (var step = 0; step < 6; step++)
            {
                var (x, labels) = (new SeededRandom((ulong)step).Floats(Count * Small.Features), new SeededRandom((ulong)step).Labels(Count, Small.Classes));
                slot.Fill(x, labels);
                if (probes)
                {
                    landscape.Measure(slot, [0.1f, 10], plan.Attempts);
                    shift.Begin(slot, plan.Attempts);
                }

                plan.Step(x, labels);
                if (probes) shift.End();
            }

            return WeightsHash.Of(model);
        }

        Assert.Equal(Run(false), Run(true));
    }

    [Fact]
    public void An_end_without_a_begin_is_refused()
    {
        using var probe = new GradientShiftProbe(Network(), Small.Loss, ["output.weight"], new PlanOptions { Capacity = 2 });
        Assert.Throws<InvalidOperationException>(() => probe.End());
    }

    private static Model Network(string normalization = "batch") =>
        ModelTable.Create("mlp", new ModelOptions { Outputs = Small.Classes, Hidden = [12, 10], Activation = "tanh", Normalization = normalization }).Build(Shape.Batch(Small.Features), 7);
}
