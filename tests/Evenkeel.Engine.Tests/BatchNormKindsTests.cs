using Evenkeel.Graph;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Engine.Tests;

/// <summary>What the kinds of batch normalisation do beyond one forward and backward pass, which <see cref="LayerPlanTests"/> holds: states, limits, noise, evaluation.</summary>
public sealed class BatchNormKindsTests
{
    private static readonly Tolerance Plan = new(1e-6, 4e-5, "two chained layers in float, relative to the largest value");

    private static readonly BatchRenormalization Open = BatchRenormalization.Default with { PlainUpdates = 0, RatioUpdates = 4, OffsetUpdates = 8 };

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(100)]
    public void Renormalised_steps_are_those_of_the_book_at_the_limits_of_their_update(int updates)
    {
        foreach (var (input, shape, count) in new[] { (Shape.Batch(20), Shape.Batch(37), 9), (Shape.Batch(24), Shape.Batch(3, 2, 5), 19) })
        {
            var model = Model(input, shape, new BatchNormOptions { Renormalization = Open });
            var random = new SeededRandom(8);
            model.States["norm.running_mean"].CopyFrom(random.Normals(shape.Channels));
            model.States["norm.running_variance"].CopyFrom(random.Uniforms(shape.Channels, 0.2, 6));
            model.States["norm.running_weight"].CopyFrom([updates == 0 ? 0 : 0.8, updates]);
            var run = new BookRun(model, count);
            var expected = run.Expected();
            foreach (var width in WidthMatrix.Supported)
            {
                foreach (var threads in new[] { 1, 2 })
                {
                    var before = model.States.Span.ToArray();
                    run.Check(expected, new PlanOptions { Capacity = 24, Threads = threads, Width = width }, Plan);
                    before.CopyTo(model.States.Span);
                }
            }
        }
    }

    [Fact]
    public void Limits_open_linearly_and_stay()
    {
        Assert.Equal((1, 0), BatchRenormalization.Default.LimitsAt(5000));
        Assert.Equal((2, 4.375), BatchRenormalization.Default.LimitsAt(22_500));
        Assert.Equal((3, 5), BatchRenormalization.Default.LimitsAt(1_000_000));
        Assert.Equal((1.5, 5.0 / 8), Open.LimitsAt(1));
    }

    [Fact]
    public void Ghost_batches_average_their_statistics_into_the_running_ones()
    {
        var model = new Sequential(("norm", new BatchNorm(new BatchNormOptions { GhostSize = 3, RunningAverage = RunningAverage.UpdateRate(1) }))).Build(Shape.Batch(5), 1);
        using var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = 12 });
        var x = new SeededRandom(2).Floats(10 * 5, 1, 2);
        Assert.True(plan.Step(x, new SeededRandom(3).Floats(50)).Committed);
        var parts = Book.GhostBatchNorm.Parts(10, 3).Select(part => (Count: part.End - part.First, Moments: Book.BatchNorm.Moments(Expect.Widen(x.AsSpan(part.First * 5, (part.End - part.First) * 5)), 5))).ToArray();
        Assert.Equal(3, parts.Length);
        for (var channel = 0; channel < 5; channel++)
        {
            Assert.Equal(parts.Sum(part => part.Count * part.Moments.Mean[channel]) / 10, model.States["norm.running_mean"].Span[channel], 1e-6);
            Assert.Equal(parts.Sum(part => part.Count * part.Moments.SampleVariance[channel]) / 10, model.States["norm.running_variance"].Span[channel], 1e-5);
        }

        x[7] = float.NaN;
        var states = model.States.Span.ToArray();
        Assert.False(plan.Step(x, new float[50]).Committed);
        Assert.Equal(states, model.States.Span.ToArray());
    }

    [Theory]
    [InlineData(BatchNormDivisor.MeanAbsolute, 1)]
    [InlineData(BatchNormDivisor.RootMeanSquare, 2)]
    [InlineData(BatchNormDivisor.LargestAbsolute, double.PositiveInfinity)]
    public void The_square_of_a_norm_takes_the_place_of_the_variance_in_evaluation(BatchNormDivisor divisor, double power)
    {
        var model = new Sequential(("norm", new BatchNorm(new BatchNormOptions { Divisor = divisor }))).Build(Shape.Batch(4), 1);
        using var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = 16 });
        plan.LearningRate = 0;
        var x = new SeededRandom(2).Floats(64, 1, 2);
        Assert.True(plan.Step(x, new float[64]).Committed);
        using var evaluation = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = 16 });

        // With bias correction the first batch's own statistics are the running ones.
        Expect.Close(Book.NormedBatchNorm.Forward(Expect.Widen(x), 4, power, null, null, 1e-5f).Y, evaluation.Run(x), Plan);
    }

    [Fact]
    public void Noise_has_the_moments_asked_for_new_ones_every_attempt_and_none_in_evaluation()
    {
        var options = new MomentNoiseOptions { Mean = 0.5f, Deviation = 1.25f, MeanSpread = 0.1f, DeviationSpread = 0.1f };
        var model = new Sequential(("noise", new MomentNoise(options)), ("sigmoid", new Sigmoid())).Build(Shape.Batch(6, 5, 12), 1);
        var node = model.Nodes.OfType<MomentNoiseNode>().Single();
        var x = new SeededRandom(2).Floats(64 * 360);
        float[]? first = null;
        foreach (var threads in new[] { 1, 2 })
        {
            using var plan = ObservationPlan.Compile(model, [node.Output, node.Factor], training: true, new PlanOptions { Capacity = 64, Threads = threads, Seed = 5 });
            plan.Slot.Fill(x);
            plan.Run(plan.Slot);
            var (y, factor) = (plan.Read(node.Output).ToArray(), plan.Read(node.Factor).ToArray());
            Expect.SameBits<float>(first ??= y, y, "threads");
            for (var channel = 0; channel < 12; channel++)
            {
                double[] Of(Func<int, double> value) => [.. Enumerable.Range(0, x.Length).Where(i => i % 12 == channel).Select(value)];
                double[] scales = Of(i => factor[i]), shifts = Of(i => y[i] - ((double)factor[i] * x[i]));
                Assert.InRange(scales.Average(), 0.99, 1.26);
                Assert.Equal(0.1, Math.Sqrt(Book.BatchNorm.Moments(scales, 1).Variance[0]), 0.01);
                Assert.InRange(shifts.Average(), -0.51, 0.51);
                Assert.Equal(0.2, shifts.Max() - shifts.Min(), 0.005);
            }
        }

        using var evaluation = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = 64 });
        Expect.Close([.. x.Select(static value => 1 / (1 + Math.Exp(-value)))], evaluation.Run(x), Plan, "evaluation");
    }

    [Fact]
    public void The_gradient_through_noise_is_scaled_by_its_factors()
    {
        var model = Model(Shape.Batch(7), Shape.Batch(9), null);
        using var gradients = GradientPlan.Compile(model, new MeanSquaredError(), options: new PlanOptions { Capacity = 12, Seed = 3 });
        var slot = gradients.CreateSlot();
        slot.Fill(new SeededRandom(1).Floats(84), new SeededRandom(2).Floats(108));
        gradients.Attempt = 4;
        gradients.Run(slot);
        var (gradient, weights) = (gradients.Gradients.Span.ToArray(), model.Parameters.Span.ToArray());
        double Loss(double step)
        {
            for (var i = 0; i < weights.Length; i++) model.Parameters.Span[i] = (float)(weights[i] + (step * gradient[i]));
            return gradients.Run(slot).Loss;
        }

        // Central difference along the gradient itself: the slope is its square, since the noise of an attempt is a constant.
        var square = gradient.Sum(static g => (double)g * g);
        Assert.Equal(square, (Loss(1e-2) - Loss(-1e-2)) / 2e-2, 2e-3 * square);
        gradients.Attempt = 5;
        var other = Loss(0);
        gradients.Attempt = 4;
        Assert.NotEqual(Loss(0), other);
    }

    [Fact]
    public void Kinds_that_contradict_each_other_are_refused()
    {
        foreach (var options in new[]
        {
            new BatchNormOptions { GhostSize = 1 },
            new BatchNormOptions { GhostSize = 8, Renormalization = BatchRenormalization.Default },
            new BatchNormOptions { GhostSize = 8, Divisor = BatchNormDivisor.MeanAbsolute },
            new BatchNormOptions { GhostSize = 8, NormalizeWith = NormalizeWith.RunningStatistics },
            new BatchNormOptions { Renormalization = BatchRenormalization.Default with { MaximumRatio = 0.5f } },
            new BatchNormOptions { SampleWeight = -0.1f },
            new BatchNormOptions { SampleWeight = float.NaN },
            new BatchNormOptions { SampleWeight = 0.5f, Renormalization = BatchRenormalization.Default },
            new BatchNormOptions { SampleWeight = 0.5f, Divisor = BatchNormDivisor.RootMeanSquare },
            new BatchNormOptions { SampleWeight = 0.5f, NormalizeWith = NormalizeWith.RunningStatistics },
        })
        {
            var error = Assert.Throws<LayerException>(() => new Sequential(("bn", new BatchNorm(options))).Build(Shape.Batch(3)));
            Assert.Equal("EK0120", error.Code);
            Assert.Contains("[BatchNorm 'bn'] got", error.Message);
            var node = new Sequential(("bn", new BatchNorm())).Build(Shape.Batch(3)).Nodes.OfType<BatchNormNode>().Single();
            Assert.Equal("EK0105", Assert.Throws<GraphException>(() => new BatchNormNode("bn", node.Input, null, null, node.RunningMean, node.RunningVariance, node.RunningWeight, options)).Code);
        }

        foreach (var layer in new[] { new LocalResponseNorm(4), new LocalResponseNorm(alpha: -1), new LocalResponseNorm(beta: float.NaN), new LocalResponseNorm(bias: 0) })
            Assert.Equal("EK0120", Assert.Throws<LayerException>(() => layer.Build(Shape.Batch(3))).Code);
        Assert.Equal("EK0105", Assert.Throws<GraphException>(() => new LocalResponseNormNode("lrn", new LocalResponseNorm().Build(Shape.Batch(3)).Output, 2, 1, 1, 1)).Code);
        Assert.Equal("EK0120", Assert.Throws<LayerException>(() => new MomentNoise(new MomentNoiseOptions { Deviation = 0.5f }).Build(Shape.Batch(3))).Code);
    }

    [Fact]
    public void A_bias_before_a_norm_about_zero_stays()
    {
        Model Build(BatchNormDivisor divisor) => new Sequential(("fc", new Dense(4)), ("bn", new BatchNorm(new BatchNormOptions { Divisor = divisor }))).Build(Shape.Batch(3));
        Assert.Empty(Build(BatchNormDivisor.MeanAbsolute).DroppedBiases);
        Assert.Single(Build(BatchNormDivisor.StandardDeviation).DroppedBiases);
    }

    private static Model Model(Shape input, Shape shape, BatchNormOptions? options) => new Sequential(
        ("fc", new Dense((int)shape.ElementsPerSample)),
        ("view", new Functional((scope, x) => shape.Rank == 2 ? x : new ReshapeNode("view", x, shape).Output)),
        ("norm", options is null ? new MomentNoise() : new BatchNorm(options)),
        ("sigmoid", new Sigmoid())).Build(input, 4);
}
