using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.TestKit;
using Evenkeel.Training.Probes;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Probes;

public sealed class CurvatureProbeTests
{
    private const int Count = 20;

    [Fact]
    public void The_largest_eigenvalue_of_a_quadratic_loss_is_that_of_the_inputs_moments()
    {
        // L(w) = |x w - t|^2 / N has the Hessian 2 x^T x / N. Inputs along the axes make it diagonal: the second axis is the sharp one.
        var model = Linear();
        var x = new float[Count * 3];
        for (var n = 0; n < Count; n++) x[(n * 3) + (n % 3)] = n % 3 == 1 ? 3 : 1;
        var expected = 2.0 / Count * Enumerable.Range(0, Count).Count(static n => n % 3 == 1) * 9;
        using var probe = new HessianProbe(model, new MeanSquaredError(), new PlanOptions { Capacity = Count });
        var slot = probe.CreateSlot();
        slot.Fill(x, new SeededRandom(2).Floats(Count));
        var point = probe.Measure(slot, iterations: 50, tolerance: 1e-6);
        Expect.Close(expected, point.Eigenvalue, new Tolerance(0, 2e-3, "a difference of float gradients"), "eigenvalue");
        Assert.InRange(point.Iterations, 2, 50);

        // The direction is known now: the next look at the same weights is short.
        Assert.InRange(probe.Measure(slot).Iterations, 1, 3);
    }

    [Fact]
    public void A_curvature_that_is_largest_downward_has_its_sign()
    {
        // tanh of one weight, squared error far above: near w = 1 the loss (tanh w - t)^2 bends downward for t = 3.
        var model = new Sequential(("fc", new Dense(1, new DenseOptions { Bias = BiasUse.Never })), ("tanh", new Tanh())).Build(Shape.Batch(1), 1);
        model.Parameters["fc.weight"].Span[0] = 0.3f;
        using var probe = new HessianProbe(model, new MeanSquaredError(), new PlanOptions { Capacity = 2 });
        var slot = probe.CreateSlot();
        slot.Fill(new float[] { 1, 1 }, new float[] { -3, -3 });
        var (y, d) = (Math.Tanh(0.3), 1 - Math.Pow(Math.Tanh(0.3), 2));
        var expected = 2 * ((d * d) + ((y + 3) * -2 * y * d));
        Assert.True(expected < 0);
        Expect.Close(expected, probe.Measure(slot).Eigenvalue, new Tolerance(0, 5e-3, "a difference of float gradients"), "eigenvalue");
    }

    [Fact]
    public void A_surface_is_the_quadratic_that_it_cuts_and_has_the_model_in_its_middle()
    {
        var model = Linear();
        var (x, t) = (new SeededRandom(1).Floats(Count * 3), new SeededRandom(2).Floats(Count));
        using var probe = new SurfaceProbe(model, new MeanSquaredError(), new PlanOptions { Capacity = Count });
        var slot = probe.CreateSlot();
        slot.Fill(x, t);
        var surface = probe.Measure(slot, points: 5, reach: 2, seed: 3);
        Assert.Equal([-2, -1, 0, 1, 2], surface.Steps);
        var w = Expect.Widen(model.Parameters["fc.weight"].Span);
        var here = Enumerable.Range(0, Count).Average(n => Math.Pow(Enumerable.Range(0, 3).Sum(k => x[(n * 3) + k] * w[k]) - t[n], 2));
        Expect.Close(here, surface.Center, new Tolerance(0, 1e-4, "the loss is a float"), "center");

        // Third differences of a quadratic vanish along rows and columns.
        for (var i = 0; i < 5; i++)
        {
            double[] row = [.. surface.Losses[i]], column = [.. surface.Losses.Select(line => line[i])];
            foreach (var line in (double[][])[row, column])
            {
                for (var k = 0; k < 2; k++) Assert.Equal(0, line[k + 3] - (3 * line[k + 2]) + (3 * line[k + 1]) - line[k], 1e-4 * line.Max());
            }
        }

        Assert.Equal(surface.Losses[0], probe.Measure(slot, points: 5, reach: 2, seed: 3).Losses[0]);
        Assert.NotEqual(surface.Losses[0], probe.Measure(slot, points: 5, reach: 2, seed: 4).Losses[0]);
    }

    [Fact]
    public void The_surface_of_a_normalised_network_does_not_see_the_scale_of_its_weights()
    {
        LossSurface Of(float factor)
        {
            var model = new Sequential(("fc", new Dense(8)), ("bn", new BatchNorm()), ("relu", new Relu()), ("output", new Dense(Small.Classes))).Build(Shape.Batch(Small.Features), 1);
            foreach (ref var weight in model.Parameters["fc.weight"].Span) weight *= factor;
            using var probe = new SurfaceProbe(model, Small.Loss, new PlanOptions { Capacity = Count });
            var slot = probe.CreateSlot();
            slot.Fill(new SeededRandom(1).Floats(Count * Small.Features), new SeededRandom(2).Labels(Count, Small.Classes));
            return probe.Measure(slot, points: 3);
        }

        var (one, four) = (Of(1), Of(4));
        Assert.All(Enumerable.Range(0, 3), i => Assert.All(one.Losses[i].Zip(four.Losses[i]), static pair => Assert.Equal(pair.First, pair.Second, 1e-3)));
    }

    [Fact]
    public void A_surface_without_a_middle_or_extent_is_refused()
    {
        using var probe = new SurfaceProbe(Linear(), new MeanSquaredError(), new PlanOptions { Capacity = 2 });
        var slot = probe.CreateSlot();
        Assert.Throws<ArgumentOutOfRangeException>(() => probe.Measure(slot, points: 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => probe.Measure(slot, points: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => probe.Measure(slot, reach: 0));
    }

    private static Model Linear() => new Sequential(("fc", new Dense(1, new DenseOptions { Bias = BiasUse.Never }))).Build(Shape.Batch(3), 2);
}
