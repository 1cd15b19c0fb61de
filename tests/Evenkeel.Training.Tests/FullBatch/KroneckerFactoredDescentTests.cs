using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Optimization;
using Evenkeel.Optimization.SecondOrder;
using Evenkeel.TestKit;
using Evenkeel.Training.FullBatch;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.FullBatch;

public sealed class KroneckerFactoredDescentTests
{
    private const int Count = 60, Features = 4;

    [Fact]
    public void Mixing_the_inputs_changes_no_step_but_for_damping()
    {
        var x = new SeededRandom(1).Floats(Count * Features);
        var y = new SeededRandom(2).Floats(Count * 2);
        var mixing = new SeededRandom(3).Normals(Features * Features);
        float[] mixed = [.. Reference.MatrixProduct.Multiply(Expect.Widen(x), mixing, Count, Features, Features).Select(static value => (float)(3 * value))];
        var (plain, other) = (Losses(x), Losses(mixed));
        for (var step = 0; step < plain.Length; step++) Assert.Equal(plain[step], other[step], 2e-3 * plain[0]);
        Assert.True(plain[^1] < 0.999 * plain[0]);

        double[] Losses(float[] inputs)
        {
            // From zero, for the weights of mixed inputs are others.
            var model = new Sequential(("fc", new Dense(2, new DenseOptions { WeightInitializer = Constant.Zero }))).Build(Shape.Batch(Features), 1);
            using var descent = new KroneckerFactoredDescent(model, new MeanSquaredError(), new KroneckerOptions { Damping = 1e-10, LearningRate = 0.02, Momentum = 0.5, Period = 1 }, new PlanOptions { Capacity = Count, Threads = 1 });
            Assert.Equal(["fc.weight"], descent.Layers);
            var slot = descent.CreateSlot();
            slot.Fill(inputs, y);
            return [.. Enumerable.Range(0, 12).Select(_ => (double)descent.Step(slot).Loss)];
        }
    }

    [Fact]
    public void A_batch_normalised_network_learns_and_threads_change_no_bit()
    {
        var parameters = new[] { 1, 2 }.Select(static threads =>
        {
            var model = Small.Model();
            using var descent = new KroneckerFactoredDescent(model, Small.Loss, new KroneckerOptions { LearningRate = 0.05 }, new PlanOptions { Capacity = 120, Threads = threads });
            Assert.Equal(3, descent.Layers.Count());
            var slot = descent.CreateSlot();
            var (x, labels) = Read(120);
            slot.Fill(x, labels);
            var losses = Enumerable.Range(0, 60).Select(_ => descent.Step(slot).Loss).ToArray();
            Assert.True(losses[^1] < 0.25 * losses[0], $"{losses[0]} fell to {losses[^1]}");
            return model.Parameters.Span.ToArray();
        }).ToArray();
        Expect.SameBits<float>(parameters[0], parameters[1]);
    }

    [Fact]
    public void What_is_not_finite_is_not_committed_and_long_layers_step_plainly()
    {
        var model = Small.Model();
        using var descent = new KroneckerFactoredDescent(model, Small.Loss, new KroneckerOptions { LongestSide = 20 }, new PlanOptions { Capacity = 12, Threads = 1 });

        // 24 and 16 hidden units, 6 features, 3 classes.
        Assert.Equal(["output.weight"], descent.Layers.Select(static name => name.Contains("out", StringComparison.Ordinal) ? "output.weight" : name));
        var before = model.Parameters.Span.ToArray();
        var slot = descent.CreateSlot();
        var (x, labels) = Read(12);
        x[7] = float.NaN;
        slot.Fill(x, labels);
        Assert.False(descent.Step(slot).Committed);
        Assert.Equal(before, model.Parameters.Span.ToArray());
        slot.Features[7] = 0;
        Assert.True(descent.Step(slot).Committed);
        Assert.NotEqual(before, model.Parameters.Span.ToArray());
    }

    [Fact]
    public void Options_out_of_their_ranges_are_refused()
    {
        foreach (var make in new Func<KroneckerOptions>[] { static () => new() { LearningRate = 0 }, static () => new() { Momentum = 1 }, static () => new() { Damping = 0 }, static () => new() { Retention = -1 }, static () => new() { Period = 0 }, static () => new() { LongestSide = 0 } })
            Assert.Equal("EK0801", Assert.Throws<OptimizationException>(() => make()).Code);
    }

    private static (float[] X, int[] Labels) Read(int count)
    {
        var rings = Small.Rings(count, 1);
        var x = new float[count * Small.Features];
        for (var i = 0; i < count; i++) rings.Read(i, x.AsSpan(i * Small.Features, Small.Features));
        return (x, [.. Enumerable.Range(0, count).Select(rings.ReadLabel)]);
    }
}
