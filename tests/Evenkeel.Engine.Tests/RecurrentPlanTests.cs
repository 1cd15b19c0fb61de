using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.TestKit;

namespace Evenkeel.Engine.Tests;

/// <summary>Recurrent layers in plans: PyTorch's numbers, running statistics, what a plan costs; <see cref="LayerPlanTests"/> holds outputs and gradients of all kinds against the book.</summary>
public sealed class RecurrentPlanTests
{
    private static readonly Tolerance Single = new(1e-6, 2e-5, "six chained steps in single precision");

    private static readonly Dictionary<string, Layer> Layers = new() { ["rnn"] = new Rnn(5), ["lstm"] = new Lstm(5), ["gru"] = new Gru(5) };

    public static TheoryData<string> Names => [.. Layers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Outputs_and_gradients_are_those_of_PyTorch(string name)
    {
        var golden = Golden.Load("recurrent");
        var model = Layers[name].Build(Shape.Batch(6, 3));
        double[] Ours(string key) => golden.Array($"{name}.{key}").Shape.Length == 2 ? golden.Transposed($"{name}.{key}") : golden[$"{name}.{key}"];
        foreach (var parameter in model.Parameters) parameter.CopyFrom(Array.ConvertAll(Ours(parameter.Name), static value => (float)value));
        using var evaluation = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = 4 });
        var y = evaluation.Run(golden.Floats($"{name}.x")).ToArray();
        Expect.Close(golden[$"{name}.y"], y, Single, "y");

        // The gradient of the mean squared error is 2 (y - t) / count: these targets make it dy.
        using var plan = GradientPlan.Compile(model, new MeanSquaredError(), inputGradient: true, new PlanOptions { Capacity = 4 });
        var slot = plan.CreateSlot();
        slot.Fill(golden.Floats($"{name}.x"), [.. golden[$"{name}.dy"].Select((dy, i) => (float)(y[i] - (dy * y.Length / 2)))]);
        plan.Run(slot);
        Expect.Close(golden[$"{name}.dx"], plan.InputGradient, Single, "dx");
        foreach (var gradient in plan.Gradients) Expect.Close(Ours($"d{gradient.Name}"), gradient.ToArray(), Single, $"d{gradient.Name}");
    }

    [Fact]
    public void Evaluation_normalises_every_time_step_with_its_own_running_statistics()
    {
        const int Count = 400;
        var model = new Lstm(6, new RecurrentOptions { Normalization = RecurrentNormalization.BatchPerStep, Gamma = 0.7f }).Build(Shape.Batch(4, 3), 3);
        var x = new SeededRandom(8).Floats(Count * 12);
        var expected = Train(model, x, Count);
        using var evaluation = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = Count });

        // After one step the running statistics are the batch's, but for n / (n - 1) in the variance.
        Expect.Close(Expect.Widen(expected), evaluation.Run(x), new Tolerance(0, 4.0 / Count, "the sample's variance in place of the population's"), "output");
        Assert.Equal(Shape.Of(4, 24), model.States["norm_hh_l0.running_mean"].Shape);
        // The first step has no previous state to normalise: raw averages of mean 0 and variance 1 at rate 0.1.
        Assert.All(model.States["norm_hh_l0.running_mean"].ToArray()[..24], static value => Assert.Equal(0, value));
        Assert.All(model.States["norm_hh_l0.running_variance"].ToArray()[..24], static value => Assert.Equal(0.1, value, 1e-7));
    }

    [Fact]
    public void Shared_statistics_are_those_of_all_steps_together()
    {
        const int Count = 50;
        Model Make(RecurrentNormalization kind) => new Rnn(6, new RecurrentOptions { Normalization = kind, Gamma = 0.7f, RunningAverage = RunningAverage.Cumulative }).Build(Shape.Batch(4, 3), 3);
        Model perStep = Make(RecurrentNormalization.BatchPerStep), shared = Make(RecurrentNormalization.BatchShared);

        // What stands in front must agree: the product with the input is normalised over other sets, so it is left out of it.
        foreach (var model in new[] { perStep, shared }) model.Parameters["norm_ih_l0.gamma"].Span.Clear();
        foreach (var model in new[] { perStep, shared }) model.Parameters["norm_ih_l0.beta"].CopyFrom([0.1f, -0.2f, 0.3f, 0.5f, -0.6f, 0.4f]);
        var x = new SeededRandom(8).Floats(Count * 12);
        foreach (var model in new[] { perStep, shared }) Train(model, x, Count);
        var means = perStep.States["norm_hh_l0.running_mean"].ToArray();
        var expected = Enumerable.Range(0, 6).Select(unit => Enumerable.Range(1, 3).Average(step => means[(step * 6) + unit])).ToArray();
        Expect.Close(expected, shared.States["norm_hh_l0.running_mean"].ToArray(), new Tolerance(1e-12, 1e-6, "float inputs, sums in double"), "mean");
        var variances = perStep.States["norm_hh_l0.running_variance"].ToArray();
        var pooled = Enumerable.Range(0, 6).Select(unit => Enumerable.Range(1, 3).Sum(step => ((Count - 1) * variances[(step * 6) + unit]) + (Count * Math.Pow(means[(step * 6) + unit] - expected[unit], 2))) / ((3 * Count) - 1)).ToArray();
        Expect.Close(pooled, shared.States["norm_hh_l0.running_variance"].ToArray(), new Tolerance(1e-12, 1e-6, "float inputs, sums in double"), "variance");
    }

    [Fact]
    public void A_plan_does_not_grow_with_the_number_of_steps_and_a_step_allocates_nothing()
    {
        int Steps(int steps)
        {
            var model = new Lstm(32, new RecurrentOptions { Output = RecurrentOutput.Last }).Build(Shape.Batch(steps, 5), 1);
            using var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = 8, Threads = 1 });
            var slot = plan.CreateSlot();
            slot.Fill(new SeededRandom(1).Floats(8 * steps * 5), new SeededRandom(2).Floats(8 * 32));
            for (var i = 0; i < 3; i++) plan.Step(slot);
            var before = GC.GetAllocatedBytesForCurrentThread();
            plan.Step(slot);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
            return plan.Listing.ToText().Split('\n').Length;
        }

        Assert.Equal(Steps(3), Steps(40));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_carried_state_goes_on_where_the_run_before_ended(string name)
    {
        var options = new RecurrentOptions { CarriesState = true };
        Layer carrying = name switch { "rnn" => new Rnn(5, options), "lstm" => new Lstm(5, options), _ => new Gru(5, options) };
        Model whole = Layers[name].Build(Shape.Batch(6, 3), 4), half = carrying.Build(Shape.Batch(3, 3), 4);
        half.Parameters.CopyFrom(whole.Parameters);
        var x = new SeededRandom(6).Floats(2 * 6 * 3);
        float[] Part(float[] all, int channels, int step) => [.. Enumerable.Range(0, 2).SelectMany(sample => all.Skip(((sample * 6) + step) * channels).Take(3 * channels))];
        using var once = EvaluationPlan.Compile(whole, null, new PlanOptions { Capacity = 2 });
        using var twice = EvaluationPlan.Compile(half, null, new PlanOptions { Capacity = 2 });
        var expected = once.Run(x).ToArray();
        for (var round = 0; round < 2; round++)
        {
            Expect.SameBits<float>(Part(expected, 5, 0), twice.Run(Part(x, 3, 0)), "first half");
            Expect.SameBits<float>(Part(expected, 5, 3), twice.Run(Part(x, 3, 3)), "second half");
            twice.ResetCarriedState();
        }

        // Training: a refused step leaves the state where it was.
        using var plan = TrainingPlan.Compile(half, new MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = 2 });
        plan.LearningRate = 0;
        var targets = new float[2 * 3 * 5];
        Assert.True(plan.Step(Part(x, 3, 0), targets).Committed);
        Assert.False(plan.Step([float.NaN, .. Part(x, 3, 3)[1..]], targets).Committed);
        var loss = plan.Step(Part(x, 3, 3), targets).Loss;
        Assert.Equal(Part(expected, 5, 3).Average(static y => y * y), loss, 1e-6f);
        var store = Assert.Single(plan.Memory, memory => memory.Any(static tensor => tensor.Name.StartsWith("carried/", StringComparison.Ordinal)));
        Assert.All(store, static tensor => Assert.Equal(Shape.Of(2, 5), tensor.Shape));
        Assert.Equal(name == "lstm" ? 2 : 1, store.Count);
        store.Span.Clear();
        Assert.Equal(Part(expected, 5, 0).Average(static y => y * y), plan.Step(Part(x, 3, 0), targets).Loss, 1e-6f);
        Assert.Equal("EK0641", Assert.Throws<EngineException>(() => plan.Step([plan.CreateSlot()], AccumulatedStatistics.Averaged)).Code);
        Assert.Equal("EK0641", Assert.Throws<EngineException>(() => SegmentPlan.CompileInner(half, new UpdateMemory(half, new Momentum()), inputGradient: false)).Code);
    }

    [Fact]
    public void A_batch_of_one_and_exact_micro_batches_are_refused_with_batch_normalisation_in_the_cell()
    {
        var model = new Lstm(6, new RecurrentOptions { Normalization = RecurrentNormalization.BatchPerStep }).Build(Shape.Batch(4, 3), 3);
        using var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = 4 });
        BatchSlot one = plan.CreateSlot(), two = plan.CreateSlot();
        one.Fill(new float[12], new float[24]);
        Assert.Equal("EK1001", Assert.Throws<EngineException>(() => plan.Step(one)).Code);
        two.Fill(new SeededRandom(1).Floats(24), new float[48]);
        var error = Assert.Throws<EngineException>(() => plan.Step([two, two], AccumulatedStatistics.Exact));
        Assert.Equal("EK0640", error.Code);
        Assert.Contains("layer normalisation", error.Message, StringComparison.Ordinal);
        Assert.True(plan.Step([two, two], AccumulatedStatistics.Averaged).Committed);
    }

    [Fact]
    public void Statistics_inside_the_cell_are_recalibrated()
    {
        var model = new Gru(6, new RecurrentOptions { Normalization = RecurrentNormalization.BatchShared }).Build(Shape.Batch(4, 3), 3);
        using var plan = RecalibrationPlan.Compile(model, new PlanOptions { Capacity = 16 });
        var slot = plan.CreateSlot();
        slot.Fill(new SeededRandom(1).Floats(16 * 12));
        plan.Accumulate(slot);
        plan.Commit();
        Assert.Equal(1, model.States["norm_hh_l0.running_weight"].Span[0]);
        Assert.All(model.States["norm_hh_l0.running_variance"].ToArray(), static value => Assert.True(value > 0));
    }

    /// <summary>One step at rate 0, and what the training plan made of the batch.</summary>
    private static float[] Train(Model model, float[] x, int count)
    {
        var options = new PlanOptions { Capacity = count };
        using var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), options);
        plan.LearningRate = 0;
        Assert.True(plan.Step(x, new float[model.Output.Shape.Elements(count)]).Committed);
        using var observation = ObservationPlan.Compile(model, [model.Output], training: true, options);
        observation.Slot.Fill(x);
        observation.Run(observation.Slot);
        return observation.Read(model.Output).ToArray();
    }
}
