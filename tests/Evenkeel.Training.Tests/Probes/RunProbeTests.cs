using Evenkeel.Engine;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Records.RunLog;
using Evenkeel.TestKit;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Probes;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Probes;

public sealed class RunProbeTests
{
    [Fact]
    public void All_probes_beside_a_fit_change_no_bit_of_it()
    {
        string Fit(params Callback[] callbacks)
        {
            var model = Small.Model(dropout: 0.2f);
            new Trainer(model, Small.Loss, Small.Options.With(callbacks)).Fit(Small.Rings(300, 1));
            return WeightsHash.Of(model);
        }

        using var probes = new ProbeCallback(every: 3, samples: 40);
        Assert.Equal(Fit(), Fit(probes, new Curvature()));
        Assert.Equal(Enumerable.Range(1, probes.Readings.Count).Select(static i => 3L * i), probes.Readings.Select(static reading => reading.Step));
        Assert.True(probes.Readings.Count > 5);
        Assert.All(probes.Readings, static reading =>
        {
            Assert.Equal(["hidden1.activation", "hidden2.activation"], reading.Activations.Select(static activation => activation.Layer));
            Assert.Equal(["hidden1.weight", "hidden2.weight", "output.weight"], reading.Updates.Select(static update => update.Weight));
            Assert.All(reading.Activations, static activation => Assert.True(activation.Percentiles[0] < activation.Percentiles[1] && activation.Percentiles[1] < activation.Percentiles[2]));
            Assert.All(reading.Updates, static update => Assert.True(update is { Ratio: > 1e-5 and < 1, GradientNorm: > 0, Turn: > 0, EffectiveRate: > 0 }));
        });
    }

    [Fact]
    public void A_nonlinearity_is_read_as_it_is()
    {
        // Four units of one input x: sigmoid of 10 x, of 0, of -x and of x, at x = -1, 0, 1, 2.
        var model = new Sequential(("fc", new Dense(4, new DenseOptions { Bias = BiasUse.Never })), ("sigmoid", new Sigmoid())).Build(Shape.Batch(1), 1);
        new float[] { 10, 0, -1, 1 }.CopyTo(model.Parameters["fc.weight"].Span);
        using var probe = new ActivationProbe(model, new PlanOptions { Capacity = 4 }, 0, 0.5, 1);
        probe.Slot.Fill(new float[] { -1, 0, 1, 2 });
        var reading = Assert.Single(probe.Measure());
        Assert.Equal("sigmoid", reading.Layer);
        Assert.Equal([-10.0, 0, 20], reading.Percentiles.Select(static value => value + 0));
        Assert.Equal((0.25, 3.0 / 16), (reading.Dead, reading.Saturated));
        var outputs = new double[] { -10, 0, 10, 20, 0, 0, 0, 0, 1, 0, -1, -2, -1, 0, 1, 2 }.Select(static input => 1 / (1 + Math.Exp(-input))).ToArray();
        Assert.Equal(outputs.Average(), reading.Mean, 1e-6);
        Assert.Equal(Math.Sqrt(outputs.Average(static output => output * output) - Math.Pow(outputs.Average(), 2)), reading.Deviation, 1e-6);
        Assert.Equal(4, probe.Inputs(0).Units);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ActivationProbe(model, new PlanOptions { Capacity = 4 }, 1.5));
    }

    [Fact]
    public void Percentiles_of_many_inputs_are_those_of_values_spread_over_them()
    {
        // Channel by channel other numbers: a stride in step with the channels would miss most of them.
        var model = new Sequential(("sigmoid", new Sigmoid())).Build(Shape.Batch(32, 32, 16), 1);
        using var probe = new ActivationProbe(model, new PlanOptions { Capacity = 8 }, 0, 0.15, 0.5, 0.85, 1);
        var inputs = new SeededRandom(1).Floats(8 * 32 * 32 * 16);
        for (var i = 0; i < inputs.Length; i++) inputs[i] += i % 16;
        probe.Slot.Fill(inputs);
        var percentiles = Assert.Single(probe.Measure()).Percentiles;
        var sorted = inputs.Order().ToArray();
        Assert.All((double[])[0.15, 0.5, 0.85], share => Assert.Equal(sorted[(int)(share * (sorted.Length - 1))], percentiles[share < 0.3 ? 1 : share < 0.7 ? 2 : 3], 0.3));
        Assert.InRange(percentiles[0], sorted[0], sorted[sorted.Length / 100]);
        Assert.InRange(percentiles[4], sorted[sorted.Length * 99 / 100], sorted[^1]);
    }

    [Fact]
    public void An_update_is_compared_with_the_weight_that_it_moves()
    {
        var model = new Sequential(("fc", new Dense(1, new DenseOptions { Bias = BiasUse.Never }))).Build(Shape.Batch(2), 1);
        var weight = model.Parameters["fc.weight"];
        new float[] { 3, 4 }.CopyTo(weight.Span);
        var probe = new UpdateProbe(model);
        Assert.Throws<InvalidOperationException>(() => probe.End(0.1));
        probe.Begin();
        new float[] { 4, 3 }.CopyTo(weight.Span);
        var update = Assert.Single(probe.End(0.1));
        Assert.Equal((5.0, Math.Sqrt(2), Math.Sqrt(2) / 5), (update.Norm, update.Update, update.Ratio));
        Assert.Equal(Math.Acos(24.0 / 25), update.Turn, 1e-12);
        Assert.Equal(0.1 / 25, update.EffectiveRate, 1e-12);
        Assert.True(double.IsNaN(update.GradientNorm));
    }

    private sealed class Curvature : Callback
    {
        private HessianProbe? _hessian;
        private SurfaceProbe? _surface;

        public override void OnStart(FitContext context)
        {
            var options = new PlanOptions { Capacity = 16 };
            (_hessian, _surface) = (new HessianProbe(context.Model, context.Loss, options), new SurfaceProbe(context.Model, context.Loss, options));
        }

        public override void OnStep(in StepEvent step, FitContext context)
        {
            if (step.Step % 10 != 0) return;
            var slot = _hessian!.CreateSlot();
            slot.Count = 16;
            for (var i = 0; i < 16; i++)
            {
                context.Training.Read(i, slot.Features.Slice(i * Small.Features, Small.Features));
                slot.Labels[i] = context.Training.ReadLabel(i);
            }

            Assert.True(double.IsFinite(_hessian.Measure(slot, iterations: 3).Eigenvalue));
            Assert.True(_surface!.Measure(slot, points: 3).Center > 0);
        }

        public override void OnFinish(in RunFinishedEvent finished, FitContext context)
        {
            _hessian!.Dispose();
            _surface!.Dispose();
        }
    }
}
